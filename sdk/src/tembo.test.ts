import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import Default, { Tembo, TemboError } from "./index.ts";
import { settingsOf } from "./options.ts";
import { answerJson, startRecordingServer } from "./testing/recording-server.ts";
import { version } from "./version.ts";

test("encodes an ID so that it cannot leave its path segment", async () => {
  await using server = await startRecordingServer((_, response) => answerJson(response, 200, {}));
  const client = new Tembo({ apiKey: "key", baseURL: `${server.url}/api/public-api` });
  await client.session.retrieve("../../me?x=1#y");
  assert.equal(server.requests[0]!.url, "/api/public-api/v1/sessions/..%2F..%2Fme%3Fx%3D1%23y");
  for (const id of ["", ".", ".."]) {
    assert.throws(() => client.session.retrieve(id), TemboError);
  }
  assert.equal(server.requests.length, 1);
});

test("sends the headers of the client and of the request, and request headers take precedence", async () => {
  await using server = await startRecordingServer((_, response) => answerJson(response, 200, {}));
  const client = new Tembo({
    apiKey: "key",
    baseURL: server.url,
    defaultHeaders: { "x-one": "1", "x-two": "2" },
  });
  await client.me.retrieve({ headers: { "x-two": "b" } });
  assert.equal(server.requests[0]!.headers["x-one"], "1");
  assert.equal(server.requests[0]!.headers["x-two"], "b");
});

test("reads the key and the base URL from the environment if the options omit them", () => {
  const settings = settingsOf(
    {},
    { TEMBO_API_KEY: " from-env\n", TEMBO_BASE_URL: "https://tembo.example/x//" },
  );
  assert.equal(settings.apiKey, "from-env");
  assert.equal(settings.baseURL, "https://tembo.example/x");
  assert.equal(settingsOf({ apiKey: "k" }, {}).baseURL, "http://127.0.0.1:3000");
  assert.equal(settingsOf({ apiKey: "mine", baseURL: "http://a" }, { TEMBO_API_KEY: "env" }).apiKey, "mine");
});

test("a client in a page sends no key, and uses the page's origin", async () => {
  const page = { location: { origin: "https://tembo.example" } };
  const environment = { TEMBO_API_KEY: "env", TEMBO_BASE_URL: "http://b" };
  Object.assign(globalThis, page);
  try {
    const { apiKey, baseURL } = settingsOf({ apiKey: null }, environment);
    assert.deepEqual([apiKey, baseURL], [null, "https://tembo.example"]);
    assert.equal(settingsOf({ apiKey: null, baseURL: "http://a" }, environment).baseURL, "http://a");
    assert.equal(settingsOf({ apiKey: "k" }, environment).baseURL, "http://b");
  } finally {
    Reflect.deleteProperty(globalThis, "location");
  }
  assert.equal(settingsOf({ apiKey: null }, {}).baseURL, "http://127.0.0.1:3000");
});

for (const [apiKey, authorization, credentials] of [
  [null, null, "same-origin"],
  ["key", "Bearer key", undefined],
] as const) {
  test(`with the key ${apiKey}, a request carries ${authorization ?? "only the cookie"}`, async () => {
    const asked: RequestInit[] = [];
    const fetch = async (_: unknown, init?: RequestInit) => {
      asked.push(init!);
      return new Response("{}");
    };
    await new Tembo({ apiKey, baseURL: "http://a", fetch }).signIn.retrieve();
    const headers = new Headers(asked[0]!.headers);
    assert.equal(headers.get("authorization"), authorization);
    assert.equal(headers.has("user-agent"), apiKey !== null);
    assert.equal(headers.get("x-tembo-page"), apiKey === null ? "1" : null);
    assert.equal(asked[0]!.credentials, credentials);
  });
}

test("the constructor throws on missing or invalid options", () => {
  assert.throws(() => settingsOf({}, {}), /TEMBO_API_KEY/);
  assert.throws(() => settingsOf({ apiKey: "  " }, {}), /TEMBO_API_KEY/);
  assert.throws(() => settingsOf({ apiKey: "a\nb" }, {}), /printable ASCII/);
  for (const baseURL of ["example.com", "ftp://x", "http://x?y=1"]) {
    assert.throws(() => settingsOf({ apiKey: "k", baseURL }, {}), /base URL/);
  }
  assert.throws(() => settingsOf({ apiKey: "k", timeout: 0 }, {}), /timeout/);
  assert.throws(() => settingsOf({ apiKey: "k", timeout: 2 ** 31 }, {}), /timeout/);
  assert.throws(() => settingsOf({ apiKey: "k", maxRetries: 1.5 }, {}), /maxRetries/);
});

test("the default export is the class, and has the error classes as properties", () => {
  assert.equal(Default, Tembo);
  assert.ok(new Tembo.NotFoundError(404, {}, "No.") instanceof Tembo.APIError);
  assert.ok(new Tembo.APIConnectionTimeoutError("No.") instanceof Tembo.APIConnectionError);
});

test("exports the version from the package manifest, which lists no dependencies", () => {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  assert.equal(version, manifest.version);
  assert.equal(manifest.dependencies, undefined);
});
