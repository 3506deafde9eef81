import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCodes } from "../../exit-codes.ts";
import { startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const model = {
  name: "claude-opus-4-5",
  label: "Claude Opus 4.5",
  provider: "Anthropic",
  enabled: true,
  available: true,
  inferenceProvider: "BYOK",
};

test("lists models with their state, enables and disables a model, and routes a model to a provider", async () => {
  await using api = await startFakeApi({
    "GET /v1/models": {
      items: [
        model,
        { ...model, name: "gpt-5.5", available: false, inferenceProvider: "TemboManagedInference" },
        { ...model, name: "glm-5.3", enabled: false, available: false },
      ],
      nextCursor: null,
      modelProviders: [
        { name: "anthropic", label: "Anthropic", inferenceProvider: null, settings: [] },
        { name: "bedrock", label: "Amazon Bedrock", inferenceProvider: "AWSBedrock", settings: [] },
      ],
    },
    "PATCH /v1/models/claude-opus-4-5": model,
  });
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const states = ["claude-opus-4-5\tready", "gpt-5.5\tno credential", "glm-5.3\tdisabled"];
  const listed = (await runCommand(["model", "list"], { env })).stdout.trimEnd().split("\n");
  assert.deepEqual(
    listed.map((line) => line.split("\t")).map((cells) => `${cells[0]}\t${cells.at(-1)}`),
    states,
  );
  assert.deepEqual(
    listed.map((line) => line.split("\t").at(-2)),
    ["own", "server", "own"],
    "shows the names that the route command accepts",
  );
  assert.equal(JSON.parse((await runCommand(["model", "list", "--json"], { env })).stdout).items.length, 3);
  for (const [words, body] of [
    [["enable"], { enabled: true }],
    [["disable"], { enabled: false }],
    [["route", "bedrock"], { inferenceProvider: "AWSBedrock" }],
    [["route", "default"], { inferenceProvider: null }],
  ] as const) {
    const [command, ...rest] = words;
    const ran = await runCommand(["model", command, "claude-opus-4-5", ...rest], { env });
    assert.deepEqual([ran.status, ran.stdout], [0, "Claude Opus 4.5: ready, route own.\n"]);
    assert.deepEqual(api.asked.findLast(({ line }) => line.startsWith("PATCH "))!.body, body);
  }
  for (const provider of ["elsewhere", "anthropic"]) {
    const refused = await runCommand(["model", "route", "claude-opus-4-5", provider], { env });
    assert.equal(refused.status, exitCodes.notFound.code);
    assert.match(refused.stderr, /has no model provider .*use one of: own, server, default, bedrock\./s);
  }
});

test("tests a provider's key, and passes on why it does not work", async () => {
  await using api = await startFakeApi({
    "POST /v1/model-providers/anthropic/test": { modelName: "claude-opus-4-5", durationMs: 1_234 },
  });
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const { status, stdout } = await runCommand(["model", "test", "anthropic"], { env });
  assert.deepEqual([status, stdout], [0, "anthropic works: claude-opus-4-5 responded after 1.2 s.\n"]);
  const json = await runCommand(["model", "test", "anthropic", "--json"], { env });
  assert.deepEqual(JSON.parse(json.stdout), { modelName: "claude-opus-4-5", durationMs: 1_234 });
  const refused = await runCommand(["model", "test", "elsewhere"], { env });
  assert.equal(refused.status, exitCodes.notFound.code);
});
