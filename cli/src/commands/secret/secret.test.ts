import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { exitCodes } from "../../exit-codes.ts";
import { answerWith, type FakeApi, startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const envOf = (api: FakeApi) => ({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url });
const value = "npm_very-hidden";
const at = "2026-01-01T00:00:00.000Z";
const other = { id: "x2", key: "NPM_TOKEN_OLD", createdAt: at, updatedAt: at };
const secret = { id: "x1", key: "NPM_TOKEN", createdAt: at, updatedAt: at };
const me = { "GET /me": { orgId: "o1", userId: null } };
const secrets = "/v1/organizations/o1/secrets";
const withSecrets = { ...me, [`GET ${secrets}`]: { items: [other, secret], nextCursor: null } };
const withNone = { ...me, [`GET ${secrets}`]: { items: [other], nextCursor: null } };
const linesOf = (api: FakeApi) => api.asked.map(({ line }) => line);
const binding = { hosts: ["api.example.com"], header: "authorization", prefix: "Bearer " };
const bindingOptions = ["--host", "api.example.com", "--prefix", "Bearer "];

test("secret set reads a new value from standard input and never prints it", async () => {
  await using api = await startFakeApi({ ...withNone, [`POST ${secrets}`]: secret });
  const ran = await runCommand(["secret", "set", "NPM_TOKEN"], { env: envOf(api), input: `${value}\n` });
  assert.deepEqual(ran, { status: 0, signal: null, stdout: "Added NPM_TOKEN.\n", stderr: "" });
  assert.deepEqual(api.asked.at(-1)!.body, { key: "NPM_TOKEN", value });
  assert.ok(!linesOf(api).join().includes(value));
});

test("does not echo a typed value, and rejects several pasted lines", async () => {
  await using api = await startFakeApi({ ...withNone, [`POST ${secrets}`]: secret });
  const type = (text: string) => {
    let isTyped = false;
    return runCommand(["secret", "set", "NPM_TOKEN"], {
      env: envOf(api),
      isOnTerminal: true,
      onOutput: (shown, child) => {
        if (isTyped || !shown.includes("input is hidden")) return;
        isTyped = true;
        child.type(text);
      },
    });
  };
  const ran = await type(`${value}\r`);
  assert.equal(ran.status, 0, ran.stdout);
  assert.match(ran.stdout, /^Value of NPM_TOKEN \(input is hidden\):[\s\S]*Added NPM_TOKEN\./);
  assert.ok(!ran.stdout.includes(value));
  assert.deepEqual(api.asked.at(-1)!.body, { key: "NPM_TOKEN", value });
  const asked = api.asked.length;
  const pasted = await type("-----BEGIN KEY-----\rabc\r-----END KEY-----\r");
  assert.match(pasted.stdout, /more than one line[\s\S]*Next: .*--from-file/);
  assert.equal(api.asked.length, asked);
});

test("secret set updates an existing secret from a file, and preserves its line breaks", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-secret-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "key.pem");
  writeFileSync(file, "line one\nline two\n");
  await using api = await startFakeApi({ ...withSecrets, [`PATCH ${secrets}/x1`]: secret });
  const ran = await runCommand(["secret", "set", "NPM_TOKEN", "--from-file", file], { env: envOf(api) });
  assert.deepEqual([ran.status, ran.stdout], [0, "Updated NPM_TOKEN.\n"]);
  assert.deepEqual(api.asked.at(-1)!.body, { value: "line one\nline two\n" });
});

test("secret set adds the header injection rule before it sends the new value", async () => {
  await using api = await startFakeApi({
    ...withSecrets,
    [`PUT ${secrets}/x1/binding`]: binding,
    [`PATCH ${secrets}/x1`]: secret,
  });
  const args = ["secret", "set", "NPM_TOKEN", ...bindingOptions];
  const ran = await runCommand(args, { env: envOf(api), input: value });
  assert.deepEqual([ran.status, ran.stdout], [0, "Updated NPM_TOKEN; it is sent only to api.example.com.\n"]);
  assert.deepEqual(linesOf(api).slice(-2), [`PUT ${secrets}/x1/binding`, `PATCH ${secrets}/x1`]);
  assert.deepEqual(api.asked.at(-2)!.body, binding);
});

test("secret set deletes a new secret if its header injection rule is rejected", async () => {
  await using api = await startFakeApi({
    ...withNone,
    [`POST ${secrets}`]: secret,
    [`PUT ${secrets}/x1/binding`]: (_, response) => answerWith(response, 400, { error: "No such host." }),
    [`DELETE ${secrets}/x1`]: { id: "x1", deleted: true },
  });
  const args = ["secret", "set", "NPM_TOKEN", ...bindingOptions];
  const ran = await runCommand(args, { env: envOf(api), input: value });
  assert.deepEqual(
    [ran.status, ran.stdout, ran.stderr],
    [exitCodes.usage.code, "", "tembo: No such host.\n"],
  );
  assert.equal(linesOf(api).at(-1), `DELETE ${secrets}/x1`);
});

test("secret set sends no request without a value, and rejects a value as an argument", async () => {
  await using api = await startFakeApi(withNone);
  const env = envOf(api);
  const empty = await runCommand(["secret", "set", "A"], { env, input: "\n" });
  assert.match(empty.stderr, /^tembo: The value is empty\.\nNext: type it, pipe it/);
  const missing = await runCommand(["secret", "set", "A", "--from-file", "/nonexistent"], { env });
  assert.match(missing.stderr, /^tembo: Could not read the value: ENOENT/);
  assert.equal((await runCommand(["secret", "set", "A", value], { env })).status, 2);
  assert.deepEqual(api.asked, []);
});

test("secret list, show, bind, unbind and delete find a secret by its exact key", async () => {
  await using api = await startFakeApi({
    ...withSecrets,
    [`GET ${secrets}/x1/binding`]: binding,
    [`PUT ${secrets}/x1/binding`]: binding,
    [`DELETE ${secrets}/x1/binding`]: { id: "x1", deleted: true },
    [`DELETE ${secrets}/x1`]: { id: "x1", deleted: true },
  });
  const env = envOf(api);
  const run = async (...args: string[]) => (await runCommand(["secret", ...args], { env })).stdout;
  assert.equal(await run("list"), `x2\tNPM_TOKEN_OLD\t${at}\t${at}\nx1\tNPM_TOKEN\t${at}\t${at}\n`);
  assert.equal(
    await run("show", "NPM_TOKEN"),
    `NPM_TOKEN, changed ${at}\nSent to api.example.com as "authorization: Bearer ...". It is not available in sandboxes.\n`,
  );
  assert.match(await run("show", "NPM_TOKEN_OLD"), /Set as an environment variable in every session\./);
  assert.match(await run("bind", "NPM_TOKEN", ...bindingOptions), /sent only to api\.example\.com and/);
  assert.deepEqual(api.asked.at(-1)!.body, binding);
  assert.match(await run("unbind", "NPM_TOKEN"), /environment variable in every session/);
  assert.equal(await run("delete", "NPM_TOKEN"), "Deleted secret NPM_TOKEN.\n");
  const none = await runCommand(["secret", "delete", "NPM"], { env });
  assert.match(none.stderr, /Secret "NPM" was not found\.\nNext: "tembo secret list"/);
});
