import assert from "node:assert/strict";
import { test } from "node:test";
import { type FakeApi, startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const settings = { draftPrs: false, cloneDepth: 1, prTitleInstructions: "", defaultAgent: "codex" };
const organization = "/v1/organizations/o1/settings";
const answers = {
  "GET /me": { orgId: "o1", userId: "u1" },
  [`GET ${organization}`]: { organizationId: "o1", settings },
  [`PATCH ${organization}`]: { organizationId: "o1", settings: { ...settings, draftPrs: true } },
  "GET /v1/users/u1/settings": { followUpBehavior: "queue", diffPreferences: { style: "split" } },
  "PATCH /v1/users/u1/settings": { followUpBehavior: "steer" },
};
const run = (api: FakeApi, args: string[], input = "") =>
  runCommand(["settings", ...args], { env: { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url }, input });

test("settings get prints all settings or one setting, for the organization or for a user", async () => {
  await using api = await startFakeApi(answers);
  assert.equal(
    (await run(api, ["get"])).stdout,
    "draftPrs\tfalse\ncloneDepth\t1\nprTitleInstructions\t\ndefaultAgent\tcodex\n",
  );
  assert.equal((await run(api, ["get", "defaultAgent"])).stdout, "codex\n");
  assert.equal((await run(api, ["get", "draftPrs", "--json"])).stdout, "false\n");
  assert.equal((await run(api, ["get", "--user", "diffPreferences"])).stdout, '{"style":"split"}\n');
  assert.equal((await run(api, ["get", "--user", "gpgKey", "--json"])).stdout, "null\n");
  assert.match(
    (await run(api, ["get", "nothing"])).stderr,
    /The setting "nothing" does not exist or is write-only[\s\S]*"tembo settings get"/,
  );
});

test("lists settings that have no effect only with --all, with --json or by name", async () => {
  const stored = { ...settings, freePrPeriod: 0 };
  await using api = await startFakeApi({
    ...answers,
    [`GET ${organization}`]: { organizationId: "o1", settings: stored },
  });
  assert.doesNotMatch((await run(api, ["get"])).stdout, /freePrPeriod/);
  assert.match((await run(api, ["get", "--all"])).stdout, /^freePrPeriod\t0$/m);
  assert.equal((await run(api, ["get", "freePrPeriod"])).stdout, "0\n");
  assert.deepEqual(JSON.parse((await run(api, ["get", "--json"])).stdout), stored);
});

test("prints the default clone depth in words, and as a number in JSON", async () => {
  const cloneDepth = 2_147_483_647;
  await using api = await startFakeApi({
    ...answers,
    [`GET ${organization}`]: { organizationId: "o1", settings: { cloneDepth } },
  });
  assert.equal((await run(api, ["get"])).stdout, "cloneDepth\twhole history\n");
  assert.equal((await run(api, ["get", "cloneDepth"])).stdout, "whole history\n");
  assert.deepEqual(JSON.parse((await run(api, ["get", "--json"])).stdout), { cloneDepth });
});

test("parses a value by its setting's type", async () => {
  await using api = await startFakeApi(answers);
  for (const [name, value, sent] of [
    ["draftPrs", "true", true],
    ["draftPrs", "on", true],
    ["draftPrs", "off", false],
    ["cloneDepth", "5", 5],
    ["prTitleInstructions", "5", "5"],
  ] as const) {
    assert.equal((await run(api, ["set", name, value])).status, 0);
    assert.deepEqual(api.asked.at(-1)!.body, { [name]: sent });
  }
  assert.equal((await run(api, ["set", "draftPrs", "true"])).stdout, "draftPrs: true\n");
  for (const [name, value, sent] of [
    ["followUpBehavior", "steer", "steer"],
    ["defaultAgent", "null", null],
    ["diffPreferences", '{"style":"unified"}', { style: "unified" }],
  ] as const) {
    await run(api, ["set", "--user", name, value]);
    assert.deepEqual(api.asked.at(-1)!.body, { [name]: sent });
  }
});

test("reads a credential from standard input and never from an argument, and does not print it", async () => {
  await using api = await startFakeApi(answers);
  const kept = await run(api, ["set", "openaiApiKey"], "sk-secret\n");
  assert.deepEqual([kept.status, kept.stdout], [0, "Saved openaiApiKey.\n"]);
  assert.deepEqual(api.asked.at(-1)!.body, { openaiApiKey: "sk-secret" });
  const asked = api.asked.length;
  const refused = await run(api, ["set", "openaiApiKey", "sk-secret"]);
  assert.match(refused.stderr, /run "tembo settings set openaiApiKey < FILE"\./);
  assert.match((await run(api, ["set", "draftPrs", "on", "--from-file", "x"])).stderr, /specified twice/);
  assert.ok(!api.asked.slice(asked).some(({ line }) => line.startsWith("PATCH")));
});

test("unset sends null, and prints the value that is now in effect", async () => {
  await using api = await startFakeApi(answers);
  const unset = await run(api, ["unset", "draftPrs"]);
  assert.deepEqual([unset.status, unset.stdout], [0, "draftPrs: true\n"], unset.stderr);
  assert.deepEqual(api.asked.at(-1)!.body, { draftPrs: null });
  assert.equal((await run(api, ["unset", "openaiApiKey"])).stdout, "Removed openaiApiKey.\n");
  assert.deepEqual(api.asked.at(-1)!.body, { openaiApiKey: null });
  await run(api, ["unset", "--user", "followUpBehavior"]);
  assert.equal(api.asked.at(-1)!.line, "PATCH /v1/users/u1/settings");
});

test("settings get --user rejects an API key that does not belong to a user", async () => {
  await using api = await startFakeApi({ "GET /me": { orgId: "o1", userId: null } });
  assert.match((await run(api, ["get", "--user"])).stderr, /does not belong to a person/);
});
