import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import type { ModelGateway } from "../core/ports/broker.ts";
import type { ModelFamily } from "../core/ports/harness.ts";
import { createBroker } from "./model-gateway.ts";

const families = ["anthropic", "openai", "gemini"] as const satisfies ModelFamily[];
const user = { uid: process.getuid!(), gid: process.getgid!() };
const log = { info() {}, warn() {}, error() {} };

test("adds the family's key and drops every credential of the client", async (t) => {
  const expected = {
    anthropic: { "x-api-key": "operator-key" },
    openai: { authorization: "Bearer operator-key" },
    gemini: { "x-goog-api-key": "operator-key" },
  };
  for (const family of families) {
    const { ask, seen } = await setUp(t, { family });
    await ask("/v1/x?alt=sse&key=client-key&%6bey=client-key", {
      headers: {
        "x-api-key": "client-key",
        authorization: "Bearer client-key",
        "x-goog-api-key": "client-key",
        connection: "x-named",
        "x-named": "for one hop",
        "anthropic-version": "2023-06-01",
      },
    });
    const [{ url, headers }] = seen as [IncomingMessage];
    assert.equal(url, "/base/v1/x?alt=sse");
    assert.ok(!JSON.stringify([url, headers]).includes("client-key"));
    assert.equal(headers["x-named"], undefined);
    assert.equal(headers["anthropic-version"], "2023-06-01", "control: other headers go through");
    const { "x-api-key": a, authorization: o, "x-goog-api-key": g } = headers;
    assert.deepEqual(
      Object.fromEntries(
        Object.entries({ "x-api-key": a, authorization: o, "x-goog-api-key": g }).filter(([, v]) => v),
      ),
      expected[family],
    );
  }
});

test("forwards without a key when none is configured", async (t) => {
  const { ask, seen } = await setUp(t, { apiKey: null });
  const { status } = await ask("/v1/messages", { headers: { "x-api-key": "client-key" } });
  assert.equal(status, 200);
  assert.equal(seen[0]!.headers["x-api-key"], undefined);
});

test("does not leave the path of the base URL", async (t) => {
  const { ask, seen } = await setUp(t);
  await ask("/../../secret");
  await ask("/%2e%2e/secret");
  assert.deepEqual(
    seen.map(({ url }) => url),
    ["/base/secret", "/base/secret"],
  );
});

test("forwards method, body, status and headers", async (t) => {
  const { ask } = await setUp(t, {
    answer: async (incoming, response) => {
      response.writeHead(201, { "x-request-id": "r1", "set-cookie": "account=1" });
      response.end(`${incoming.method} ${(await text(incoming)).length}`);
    },
  });
  const { status, headers, body } = await ask("/v1/files", { method: "PUT", body: "x".repeat(2_000_000) });
  assert.deepEqual({ status, body }, { status: 201, body: "PUT 2000000" });
  assert.equal(headers["x-request-id"], "r1");
  assert.equal(headers["set-cookie"], undefined);
});

test("passes each chunk on before the next one exists", async (t) => {
  const firstWasRead = Promise.withResolvers<void>();
  const { open } = await setUp(t, {
    answer: async (_incoming, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
      await firstWasRead.promise;
      response.end("data: 2\n\n");
    },
  });
  const sent = open("/v1/messages", { method: "POST" });
  sent.end("{}");
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const [chunk] = await once(answer, "data");
  assert.equal(String(chunk), "data: 1\n\n");
  firstWasRead.resolve();
  assert.equal(await text(answer), "data: 2\n\n");
});

test("cuts the provider when the client goes away", async (t) => {
  const wasCut = Promise.withResolvers<void>();
  const { open, gateway } = await setUp(t, {
    answer: async (_incoming, response) => {
      response.once("close", () => wasCut.resolve());
      response.write("data: 1\n\n");
    },
  });
  const sent = open("/v1/messages");
  sent.end();
  sent.on("error", () => {});
  await once(sent, "response");
  sent.destroy();
  await wasCut.promise;
  assert.equal(gateway.lastFailure(), null);
});

test("cuts the client when the provider dies", async (t) => {
  const { open, gateway } = await setUp(t, {
    answer: async (_incoming, response) => {
      response.write("data: 1\n\n", () => response.destroy());
    },
  });
  const sent = open("/v1/messages");
  sent.end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  await assert.rejects(text(answer), { code: "ECONNRESET" });
  assert.match(gateway.lastFailure()!, /broke off/);
});

test("records what the provider refused with, never the key, and forgets it after a good answer", async (t) => {
  const answers = [
    {
      status: 429,
      body: JSON.stringify({ error: { message: `Slow down, operator-key. ${"x".repeat(1_000)}` } }),
    },
    { status: 500, body: "" },
    { status: 503, body: "<h1>Busy</h1>" },
    { status: 200, body: "{}" },
  ];
  const { ask, gateway } = await setUp(t, {
    answer: async (_incoming, response) => {
      const { status, body } = answers.shift()!;
      response.writeHead(status).end(body);
    },
  });
  assert.equal(gateway.lastFailure(), null);
  const refused = await ask("/v1/messages");
  assert.equal(refused.status, 429, "control: the answer itself is passed on");
  const sentence = gateway.lastFailure()!;
  assert.ok(sentence.startsWith("The model provider answered 429: Slow down, [key]. xxx"), sentence);
  assert.ok(sentence.length < 350);
  await ask("/v1/messages");
  assert.equal(gateway.lastFailure(), "The model provider answered 500.");
  await ask("/v1/messages");
  assert.equal(gateway.lastFailure(), "The model provider answered 503: <h1>Busy</h1>");
  await ask("/v1/messages");
  assert.equal(gateway.lastFailure(), null);
});

test("answers 502 in the family's shape when the provider cannot be reached", async (t) => {
  const shapes = {
    anthropic: (body: string) => JSON.parse(body).type === "error" && JSON.parse(body).error.message,
    openai: (body: string) =>
      JSON.parse(body).error.type === "server_error" && JSON.parse(body).error.message,
    gemini: (body: string) =>
      JSON.parse(body).error.status === "UNAVAILABLE" && JSON.parse(body).error.message,
  };
  for (const family of families) {
    const { ask, gateway, stopProvider } = await setUp(t, { family });
    await stopProvider();
    const { status, body } = await ask("/v1/messages", { method: "POST", body: "x".repeat(200_000) });
    assert.equal(status, 502);
    assert.match(shapes[family](body), /cannot be reached/);
    assert.match(gateway.lastFailure()!, /cannot be reached/);
  }
});

test("refuses a base URL that is none", () => {
  const provider = { apiKey: null, baseUrl: "http://127.0.0.1:1" };
  const providers = { anthropic: { apiKey: null, baseUrl: "localhost" }, openai: provider, gemini: provider };
  assert.throws(() => createBroker({ providers, log }), { code: "invalid_input", message: /anthropic/ });
});

test("replaces an old socket, which only its user can connect to", async (t) => {
  const socketPath = await makeSocketPath(t);
  await writeFile(socketPath, "left by an earlier server");
  const { ask } = await setUp(t, { socketPath });
  assert.equal((await ask("/v1/messages")).status, 200);
  const found = await stat(socketPath);
  assert.ok(found.isSocket());
  assert.equal(found.mode & 0o777, 0o600);
});

test("gives the socket to the sandbox's user", { skip: user.uid !== 0 && "needs root" }, async (t) => {
  const socketPath = await makeSocketPath(t);
  await setUp(t, { socketPath, uid: 300_001, gid: 300_002 });
  const { uid, gid } = await stat(socketPath);
  assert.deepEqual({ uid, gid }, { uid: 300_001, gid: 300_002 });
});

test("says why it cannot listen", async (t) => {
  const file = await makeSocketPath(t);
  await writeFile(file, "");
  await assert.rejects(setUp(t, { socketPath: join(file, "model.sock") }), {
    code: "unavailable",
    message: /cannot listen at .*model\.sock/,
  });
  const long = join(await makeSocketPath(t), "x".repeat(100));
  await assert.rejects(setUp(t, { socketPath: long }), { code: "unavailable", message: /TEMBO_DATA_DIR/ });
  const { ask } = await setUp(t, { socketPath: join(await makeSocketPath(t), "made", "model.sock") });
  assert.equal((await ask("/v1/messages")).status, 200, "control");
});

test("cuts running streams and removes the socket at close, twice", async (t) => {
  const socketPath = await makeSocketPath(t);
  const wasCut = Promise.withResolvers<void>();
  const { open, gateway } = await setUp(t, {
    socketPath,
    answer: async (_incoming, response) => {
      response.once("close", () => wasCut.resolve());
      response.write("data: 1\n\n");
    },
  });
  const sent = open("/v1/messages");
  sent.end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  assert.ok((await stat(socketPath)).isSocket(), "control");
  await gateway.close();
  await assert.rejects(text(answer), { code: "ECONNRESET" });
  await wasCut.promise;
  await assert.rejects(stat(socketPath), { code: "ENOENT" });
  await gateway.close();
});

test("leaves the socket of a gateway that has replaced it", async (t) => {
  const socketPath = await makeSocketPath(t);
  const first = await setUp(t, { socketPath });
  const second = await setUp(t, { socketPath });
  await first.gateway.close();
  assert.equal((await second.ask("/v1/messages")).status, 200);
});

interface Setting {
  readonly family?: ModelFamily;
  readonly apiKey?: string | null;
  readonly socketPath?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly answer?: (incoming: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/** A provider on loopback, with a gateway before it and a client that speaks to the gateway. */
async function setUp(t: TestContext, setting: Setting = {}) {
  const { family = "anthropic", apiKey = "operator-key", uid = user.uid, gid = user.gid } = setting;
  const seen: IncomingMessage[] = [];
  const provider = createServer((incoming, response) => {
    seen.push(incoming);
    if (setting.answer !== undefined) void setting.answer(incoming, response);
    else incoming.resume().once("end", () => response.end("{}"));
  });
  provider.listen(0, "127.0.0.1");
  await once(provider, "listening");
  const stopProvider = () => {
    const closed = once(provider, "close");
    provider.close();
    provider.closeAllConnections();
    return closed;
  };
  t.after(() => (provider.listening ? stopProvider() : undefined));

  const baseUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/base/`;
  const other = { apiKey: "key-of-another-family", baseUrl: "http://127.0.0.1:1" };
  const providers = { anthropic: other, openai: other, gemini: other, [family]: { apiKey, baseUrl } };
  const socketPath = setting.socketPath ?? (await makeSocketPath(t));
  const gateway: ModelGateway = await createBroker({ providers, log }).openModelGateway({
    socketPath,
    family,
    uid,
    gid,
    apiKey: null,
    meter: { admit: async () => null, record: async () => {} },
  });
  t.after(() => gateway.close());

  const open = (
    path: string,
    options: { method?: string; headers?: Record<string, string> } = {},
  ): ClientRequest => request({ socketPath, path, ...options });
  const ask = async (
    path: string,
    { body, ...options }: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ) => {
    const sent = open(path, options);
    sent.end(body);
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
  };
  return { seen, gateway, open, ask, stopProvider };
}

async function makeSocketPath(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-broker-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "model.sock");
}
