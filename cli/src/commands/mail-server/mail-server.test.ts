import assert from "node:assert/strict";
import { test } from "node:test";
import { type FakeApi, startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const me = { "GET /me": { orgId: "o1", userId: "u1" } };
const path = "/v1/organizations/o1/mail-server";
const at = "2026-01-02T00:00:00.000Z";
const mailServer = {
  ...{ host: "smtp.example.com", port: 465, security: "tls", username: "tembo", hasPassword: true },
  ...{ fromAddress: "tembo@example.com", lastFailure: null, createdAt: at, updatedAt: at },
};
const run = (api: FakeApi, args: readonly string[], input = "") =>
  runCommand(["mail-server", ...args], { env: { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url }, input });
const set = ["set", "smtp.example.com", "tembo@example.com"];

test("mail-server set reads the password from standard input, and never prints it", async () => {
  await using api = await startFakeApi({ ...me, [`PUT ${path}`]: { mailServer } });
  const ran = await run(api, [...set, "--username", "tembo"], "very-hidden\n");
  assert.equal(ran.status, 0, ran.stderr);
  assert.ok(!`${ran.stdout}${ran.stderr}`.includes("very-hidden"));
  const server = { host: "smtp.example.com", port: 465, security: "tls", fromAddress: "tembo@example.com" };
  assert.deepEqual(api.asked.at(-1)!.body, { ...server, username: "tembo", password: "very-hidden" });
  await run(api, [...set, "--username", "tembo", "--keep-password", "--port", "2465"]);
  assert.deepEqual(api.asked.at(-1)!.body, { ...server, port: 2465, username: "tembo" });
  await run(api, [...set, "--security", "startTls"]);
  assert.deepEqual(api.asked.at(-1)!.body, { ...server, port: 587, security: "startTls", username: null });
});

test("mail-server set rejects an empty password and a wrong port", async () => {
  await using api = await startFakeApi(me);
  assert.match((await run(api, [...set, "--username", "tembo"])).stderr, /The value is empty/);
  assert.equal((await run(api, [...set, "--port", "70000"])).status, 2);
  assert.equal((await run(api, ["set", "smtp.example.com"])).status, 2);
  assert.ok(!api.asked.some(({ line }) => line.startsWith("PUT")));
});

test("mail-server set rejects options about a password that it would ignore or delete", async () => {
  await using api = await startFakeApi(me);
  for (const [args, message] of [
    [["--keep-password"], /--keep-password needs an account.*add --username/s],
    [["--from-file", "password.txt"], /--from-file needs an account/],
    [["--username", "tembo", "--keep-password", "--from-file", "password.txt"], /exclude each other/],
  ] as const) {
    const ran = await run(api, [...set, ...args]);
    assert.equal(ran.status, 2);
    assert.match(ran.stderr, message);
  }
  assert.deepEqual(api.asked, []);
});

test("mail-server show prints the server and its last failure", async () => {
  const lastFailure = { reason: "The server rejected the password.", at };
  await using api = await startFakeApi({
    ...me,
    [`GET ${path}`]: { mailServer: { ...mailServer, lastFailure } },
  });
  const { stdout } = await run(api, ["show"]);
  assert.match(stdout, /smtp\.example\.com:465/);
  assert.match(stdout, /rejected the password/);
});

test("mail-server show states that there is none, and delete removes it", async () => {
  await using api = await startFakeApi({
    ...me,
    [`GET ${path}`]: { mailServer: null },
    [`DELETE ${path}`]: { deleted: true },
  });
  assert.equal((await run(api, ["show"])).stdout, "This organization has no mail server.\n");
  assert.equal((await run(api, ["show", "--json"])).stdout.trim(), "null");
  assert.equal((await run(api, ["delete"])).stdout, "Deleted the mail server.\n");
});
