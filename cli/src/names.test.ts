import assert from "node:assert/strict";
import { test } from "node:test";
import { Tembo } from "@tembo-io/sdk";
import type { Cli } from "./cli.ts";
import { loadNames, roleCell, withNames } from "./names.ts";
import { type FakeApi, sessionIn, startFakeApi } from "./testing/fake-api.ts";
import { createRecordingTerminal } from "./testing/recording-terminal.ts";
import { runCommand } from "./testing/run-command.ts";

const catalog: FakeApi["answers"] = {
  "GET /v1/runtimes": {
    items: [
      {
        name: "claudeCode",
        displayName: "Claude Code",
        compatibleModels: [{ name: "claude-opus-4-5", label: "Claude Opus 4.5" }],
      },
    ],
    nextCursor: null,
  },
  "GET /v1/models": {
    items: [],
    modelProviders: [{ name: "bedrock", label: "Amazon Bedrock" }],
    nextCursor: null,
  },
};
const key = "claudeCode:claude-opus-4-5";

function cliOf(api: FakeApi, { columns = 80 as number | null, isJson = false } = {}): Cli {
  const client = new Tembo({ apiKey: "key", baseURL: api.url });
  return { terminal: createRecordingTerminal(columns), isJson, client: () => client } as unknown as Cli;
}
const pathsOf = ({ asked }: FakeApi) => asked.map(({ line }) => line).sort();

test("loads the names of harnesses and models, and of providers only if an agent has one", async () => {
  await using api = await startFakeApi(catalog);
  const [value, names] = await withNames(cliOf(api), Promise.resolve(key), (agent) => [agent, null]);
  assert.deepEqual([value, names.agent(key)], [key, "Claude Code · Opus 4.5"]);
  assert.deepEqual(pathsOf(api), ["GET /v1/runtimes?limit=100"]);
  const [, more] = await withNames(cliOf(api), Promise.resolve(`${key}:bedrock`), (agent) => [agent]);
  assert.equal(more.agent(`${key}:bedrock`), "Claude Code · Opus 4.5 (Amazon Bedrock)");
  assert.deepEqual(pathsOf(api), [
    "GET /v1/models?limit=1",
    "GET /v1/runtimes?limit=100",
    "GET /v1/runtimes?limit=100",
  ]);
});

test("requests the names without waiting for the answer", async () => {
  const asked = Promise.withResolvers<void>();
  const runtimes = catalog["GET /v1/runtimes"] as object;
  await using api = await startFakeApi({
    "GET /v1/runtimes": (_asked, response) => {
      asked.resolve();
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(runtimes));
    },
  });
  const [, names] = await withNames(cliOf(api), asked.promise);
  assert.equal(names.harness("claudeCode"), "Claude Code");
});

test("requests no names in a pipe or for JSON, and returns IDs", async () => {
  await using api = await startFakeApi(catalog);
  for (const options of [{ columns: null }, { isJson: true }]) {
    const [, names] = await withNames(cliOf(api, options), Promise.resolve(key), () => [`${key}:bedrock`]);
    const streamed = await loadNames(cliOf(api, options), { hasProviders: true });
    assert.deepEqual([names.agent(key), streamed.agent(key)], [key, key]);
  }
  assert.deepEqual(pathsOf(api), []);
  await loadNames(cliOf(api), { hasProviders: true });
  assert.equal(api.asked.length, 2, "control");
});

test("shows IDs if the server does not return names, or not all fields", async () => {
  for (const answers of [
    {},
    { "GET /v1/runtimes": {}, "GET /v1/models": {} },
    { "GET /v1/runtimes": { items: [] }, "GET /v1/models": { items: [] } },
  ]) {
    await using api = await startFakeApi(answers);
    const names = await loadNames(cliOf(api), { hasProviders: true });
    assert.equal(names.agent(`${key}:bedrock`), `${key}:bedrock`);
  }
  await using api = await startFakeApi({
    "GET /v1/runtimes": { items: [{ name: "claudeCode", displayName: "Claude Code" }] },
  });
  const names = await loadNames(cliOf(api), { hasProviders: true });
  assert.equal(names.agent(`${key}:bedrock`), "Claude Code · claude-opus-4-5 (bedrock)");
});

test("shows a role of a newer server that has no name", () => {
  const texts = ["org:admin", "org:owner", "constructor"].map((role) => roleCell(role).text);
  assert.deepEqual(texts, ["Admin", "org:owner", "constructor"]);
});

test("session show prints names and local times on a terminal, and the API's values in a pipe", async () => {
  await using api = await startFakeApi({
    ...catalog,
    "GET /v1/sessions/s1": { ...sessionIn("inProgress"), agent: key },
    "GET /v1/sessions/s1/permissions": { items: [], nextCursor: null },
    "GET /v1/sessions/s1/questions": { items: [], nextCursor: null },
  });
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const piped = (await runCommand(["session", "show", "s1"], { env })).stdout;
  assert.match(piped, /^status: +inProgress$/m);
  assert.match(piped, /^agent: +claudeCode:claude-opus-4-5$/m);
  assert.match(piped, /^created: +2026-01-01T00:00:00\.000Z$/m);
  assert.ok(!pathsOf(api).some((line) => line.includes("/v1/runtimes")));
  const shown = (
    await runCommand(["session", "show", "s1"], { env: { ...env, NO_COLOR: "1" }, isOnTerminal: true })
  ).stdout;
  assert.match(shown, /^status: +in progress\r$/m);
  assert.match(shown, /^agent: +Claude Code · Opus 4\.5\r$/m);
  assert.match(shown, /^created: +Jan 1, .*12:00 AM\r$/m);
});
