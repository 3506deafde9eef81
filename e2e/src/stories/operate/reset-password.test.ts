import assert from "node:assert/strict";
import { test } from "node:test";
import Tembo from "@tembo-io/sdk";
import {
  API_KEY,
  rejectsWithOutput,
  runOperatorCommand,
  startTemboProcess,
  temporaryDataDir,
} from "../../support/index.ts";

const email = "ada@example.com";
const password = "correct horse battery staple";

/** Sends a request as a page of the server does. */
const request = (url: string, path: string, body: object) =>
  fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

test("resets a lost password while the server runs, ends the sign-ins and records the change", async () => {
  await using cleanup = new AsyncDisposableStack();
  const folder = await temporaryDataDir();
  cleanup.defer(() => folder.remove());
  const tembo = await startTemboProcess({ dataDir: folder.path, apiKey: API_KEY });
  cleanup.defer(async () => void (await tembo.stop()));
  const reset = (address: string) =>
    runOperatorCommand(folder.path, ["--json", "reset-password", address], { PORT: String(tembo.port) });

  await rejectsWithOutput(reset(email), /No person has a password yet. The server prints a setup link/);
  const token = tembo.welcomeUrl!.split("#")[1];
  const welcome = await request(tembo.url, "/v1/sign-in/welcome", { token, name: "Ada", email, password });
  assert.equal(welcome.status, 200);
  const { pageSecret } = (await welcome.json()) as { pageSecret: string };
  const [cookie = ""] = /tembo_session=[^;]+/.exec(welcome.headers.get("set-cookie") ?? "") ?? [];
  const isSignedIn = async () => {
    const headers = { cookie, "x-tembo-page": pageSecret, "sec-fetch-site": "same-origin" };
    return (await fetch(`${tembo.url}/me`, { headers })).status === 200;
  };
  assert.ok(await isSignedIn(), "control: the sign-in is valid");
  const signIn = async (secret: string) =>
    (await request(tembo.url, "/v1/sign-in", { email, password: secret })).status;
  assert.equal(await signIn(password), 200, "control: the password is right");

  const { stdout } = await reset("ADA@example.com");
  const changed = JSON.parse(stdout) as { email: string; password: string };
  assert.equal(changed.email, email);
  assert.match(changed.password, /^[\w-]{24}$/);
  assert.equal(await isSignedIn(), false);
  assert.equal(await signIn(password), 401);
  assert.equal(await signIn(changed.password), 200);

  const client = new Tembo({ apiKey: API_KEY, baseURL: tembo.url });
  const { items } = await client.auditEvents.list({ limit: 100 });
  const [entry] = items.filter(({ action }) => action === "password.changed");
  assert.equal(entry?.actor.kind, "system");
  assert.equal(entry?.object.name, email);
  assert.ok(items.some(({ action }) => action === "signIn.ended"));

  await rejectsWithOutput(
    reset("other@example.com"),
    /No person signs in with other@example.com. Correct the address.*tembo user invite other@example.com/,
  );
});
