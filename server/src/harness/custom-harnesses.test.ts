import assert from "node:assert/strict";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { collect, disposable, idle, isError, joinText, textPrompt } from "./harness-contract.ts";
import { createHarnesses } from "./harnesses.ts";
import { stubSpec } from "./stub/spec.ts";
import { harnessStart } from "./testing/harness-start.ts";
import { localSandbox } from "./testing/local-sandbox.ts";
import { quietLog } from "./testing/quiet-log.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const stub = fileURLToPath(new URL("stub/agent.ts", import.meta.url));

function prepare(file: unknown) {
  const dataDir = temporaryFolder();
  const text = typeof file === "string" ? file : JSON.stringify(file);
  if (file !== undefined) writeFileSync(join(dataDir, "harnesses.json"), text);
  const create = () => createHarnesses({ dataDir, nodeBinary: process.execPath, log: quietLog() });
  return { dataDir, create };
}

test("runs a harness from harnesses.json, and passes the model and the gateway URL to it", async () => {
  const env = { STUB_MODEL: "{model}", STUB_MODEL_URL: "{modelUrl}/v1" };
  const mine = { argv: [process.execPath, stub], env, models: ["stub-small"], displayName: "Mine" };
  const harnesses = prepare({ mine }).create();
  const info = harnesses.list().find(({ name }) => name === "mine");
  assert.deepEqual(
    [info?.displayName, info?.defaultModel, info?.modelFamily, info?.isInstalled, info?.missing],
    ["Mine", "stub-small", "openai", true, undefined],
  );
  const { readOnlyPaths } = await harnesses.install("mine", () => {}, idle());
  assert.ok(readOnlyPaths.includes(process.execPath));
  const input = harnessStart(localSandbox(), { harness: "mine", model: "stub-small" });
  await using conversation = disposable(await harnesses.start(input, idle()));
  const updates = await collect(conversation.prompt(textPrompt("say hello"), idle()));
  assert.match(joinText(updates), /hello/);
});

test("lists the built-in harnesses if there is no harnesses.json", () => {
  const names = prepare(undefined)
    .create()
    .list()
    .map(({ name }) => name);
  assert.deepEqual(names, ["claudeCode", "codex", "opencode", "pi", "gemini", "amp", "cursor"]);
});

test("replaces the command of a built-in harness and follows links to the program", async () => {
  const { dataDir, create } = prepare(undefined);
  const link = join(dataDir, "agent");
  symlinkSync(process.execPath, link);
  writeFileSync(join(dataDir, "harnesses.json"), JSON.stringify({ cursor: { argv: [link, "acp"] } }));
  const harnesses = create();
  const cursor = harnesses.list().find(({ name }) => name === "cursor");
  assert.deepEqual([cursor?.displayName, cursor?.isInstalled], ["Cursor", true]);
  const { readOnlyPaths } = await harnesses.install("cursor", () => {}, idle());
  assert.equal(readOnlyPaths[0], process.execPath);
});

test("reports a missing program and the fix in the list and on start", async () => {
  const harnesses = prepare({ mine: { argv: ["/no/such/agent"], defaultModel: "m" } }).create();
  const info = harnesses.list().find(({ name }) => name === "mine");
  assert.equal(info?.isInstalled, false);
  assert.match(info?.missing ?? "", /harnesses\.json/);
  const refused = isError("harness_failed", /requires the program \/no\/such\/agent.*harnesses\.json/);
  await assert.rejects(
    harnesses.install("mine", () => {}, idle()),
    refused,
  );
  const input = harnessStart(localSandbox(), { harness: "mine" });
  await assert.rejects(harnesses.start(input, idle()), refused);
});

for (const [what, file, words] of [
  ["invalid JSON", "{", /is not JSON/],
  ["a list instead of an object", [1], /Invalid harnesses/],
  ["no argv", { mine: { models: ["m"] } }, /mine\.argv/],
  ["an unknown field", { mine: { argv: ["/a"], models: ["m"], arguments: [] } }, /arguments/],
  ["a name that is not allowed in an agent key", { "my:own": { argv: ["/a"], models: ["m"] } }, /my:own/],
  ["no model", { mine: { argv: ["/a"] } }, /"defaultModel" or "models"/],
  ["a relative program path", { mine: { argv: ["./a"], models: ["m"] } }, /absolute path or a name/],
  ["the name of a harness that Tembo installs", { codex: { argv: ["/a"] } }, /another name/],
] as const) {
  test(`rejects harnesses.json with ${what} on startup`, () => {
    assert.throws(prepare(file).create, isError("invalid_input", words));
  });
}

test("control: does not read harnesses.json if specs are passed", () => {
  const { dataDir } = prepare("{");
  createHarnesses({ dataDir, nodeBinary: process.execPath, log: quietLog(), specs: [stubSpec()] });
});
