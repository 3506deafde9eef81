import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { HarnessStart, HarnessUpdate } from "../../core/turns/index.ts";
import {
  collect,
  disposable,
  idle,
  isError,
  joinText,
  testHarnessContract,
  textPrompt,
} from "../harness-contract.ts";
import { createHarnesses } from "../harnesses.ts";
import { harnessStart } from "../testing/harness-start.ts";
import { localSandbox } from "../testing/local-sandbox.ts";
import { quietLog } from "../testing/quiet-log.ts";
import { publishAdapter } from "./publish-adapter.ts";

const fake = fileURLToPath(new URL("testing/fake-program.cjs", import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), "tembo-stream-json-test-"));
writeFileSync(join(dataDir, "harnesses.json"), JSON.stringify({ amp: { argv: [process.execPath, fake] } }));
const harnesses = createHarnesses({ dataDir, nodeBinary: process.execPath, log: quietLog() });
test.after(() => rmSync(dataDir, { recursive: true, force: true }));

async function start(given: Partial<HarnessStart> = {}, sandbox = localSandbox()) {
  const input = harnessStart(sandbox, { harness: "amp", model: "auto", ...given });
  return disposable(await harnesses.start(input, idle()));
}

async function play(text: string, given: Partial<HarnessStart> = {}): Promise<HarnessUpdate[]> {
  await using conversation = await start(given);
  return await collect(conversation.prompt(textPrompt(text), idle()));
}

testHarnessContract("stream JSON program", async () => {
  const sandbox = localSandbox();
  return {
    sandbox,
    canSteer: false,
    countsOutput: true,
    start: (conversationId, given) => start({ conversationId, ...given }, sandbox),
    prompts: {
      hello: "say hello",
      edit: "edit",
      stream: "forever tick",
      runTool: (command) => `run ${command}`,
      modelError: "error 429 rate limit exceeded",
      remember: "remember",
      askedEdit: null,
    },
  };
});

test("continues the thread with each prompt, even after a cancellation", async () => {
  await using conversation = await start();
  await collect(conversation.prompt(textPrompt("say one"), idle()));
  const abort = new AbortController();
  for await (const update of conversation.prompt(textPrompt("forever tick"), abort.signal))
    if (update.type === "text") abort.abort();
  assert.match(joinText(await collect(conversation.prompt(textPrompt("remember"), idle()))), /remembers 2/);
});

test("reports thoughts, a failed tool's output and an edit's diff, but not a subagent's text", async () => {
  const updates = await play("think deep\nfail-tool nope\nedit\nsubagent hidden\nnoise\nsay seen");
  assert.ok(updates.some((update) => update.type === "thought" && update.text === "deep"));
  const calls = updates.filter((update) => update.type === "toolCall");
  const failed = calls.findLast(({ toolCallId }) => toolCallId === "TU-2")!;
  assert.deepEqual(
    [failed.kind, failed.status, failed.title, failed.output],
    ["execute", "failed", "Bash: nope", "not found"],
  );
  const [diff] = calls.findLast(({ toolCallId }) => toolCallId === "TU-1")!.diffs;
  assert.deepEqual([diff?.oldText, diff?.newText], ["old", "new"]);
  assert.equal(joinText(updates), "seen");
});

test("sums the usage of the model's responses", async () => {
  const usage = (await play("say one\nsay two")).find((update) => update.type === "usage");
  assert.deepEqual(usage, { type: "usage", inputTokens: 30, outputTokens: 6, cachedInputTokens: 14 });
});

test("maps the model to the mode, and passes MCP servers", async () => {
  assert.match(joinText(await play("mode", { model: "auto" })), /mode smart/);
  assert.match(joinText(await play("mode", { model: "deep" })), /mode deep/);
  const local = { transport: "stdio", name: "one", argv: ["/bin/one", "-v"], env: { A: "b" } } as const;
  const remote = { transport: "http", name: "two", url: "http://two.test/", headers: { x: "y" } } as const;
  assert.deepEqual(JSON.parse(joinText(await play("servers", { mcpServers: [local, remote] }))), {
    one: { command: "/bin/one", args: ["-v"], env: { A: "b" } },
    two: { url: "http://two.test/", headers: { x: "y" } },
  });
});

test("ends a turn without a result when the model stops, and reports a turn that reached its limit", async () => {
  assert.deepEqual((await play("without-result fine")).at(-1), {
    type: "harness.ended",
    stopReason: "endTurn",
  });
  assert.deepEqual((await play("max-turns")).at(-1), { type: "harness.ended", stopReason: "maxTokens" });
});

test("ends the turn even if a background process keeps the program's output open", async () => {
  await using conversation = await start();
  assert.match(joinText(await collect(conversation.prompt(textPrompt("daemon up"), idle()))), /up/);
  assert.match(joinText(await collect(conversation.prompt(textPrompt("remember"), idle()))), /remembers 1/);
});

test("kills a program that ignores cancellation", async () => {
  await using conversation = await start();
  const abort = new AbortController();
  const updates: HarnessUpdate[] = [];
  for await (const update of conversation.prompt(textPrompt("stubborn here"), abort.signal)) {
    updates.push(update);
    if (update.type === "text") abort.abort();
  }
  assert.deepEqual(updates.at(-1), { type: "harness.ended", stopReason: "cancelled" });
  assert.equal(conversation.isAlive, true);
});

for (const [what, text, words] of [
  ["the program's error", "error the thread is broken", /the thread is broken/],
  ["a system error", "system-error out of order", /out of order/],
  [
    "the last output of a program that exits",
    "crash no such luck",
    /exited with 7 before the turn was complete.*no such luck/,
  ],
  ["an endless line", "long", /a line of more than/],
] as const) {
  test(`a failed turn reports ${what}, and the conversation continues`, async () => {
    await using conversation = await start();
    await collect(conversation.prompt(textPrompt("say before"), idle()));
    await assert.rejects(
      collect(conversation.prompt(textPrompt(text), idle())),
      isError("harness_failed", words),
    );
    assert.match(
      joinText(await collect(conversation.prompt(textPrompt("remember"), idle()))),
      /remembers [12]/,
    );
  });
}

test("reports a program that exits without output", async () => {
  await assert.rejects(
    play("crash"),
    isError("harness_failed", /exited with 7 before the turn was complete.*printed no output/),
  );
});

test("reports a program that exits or is missing, and the conversation can continue", async () => {
  const own = mkdtempSync(join(tmpdir(), "tembo-stream-json-test-"));
  const program = join(own, "program");
  writeFileSync(program, "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(join(own, "harnesses.json"), JSON.stringify({ amp: { argv: [program] } }));
  const options = { dataDir: own, nodeBinary: process.execPath, log: quietLog() };
  const input = harnessStart(localSandbox(), { harness: "amp", model: "auto" });
  await using conversation = disposable(await createHarnesses(options).start(input, idle()));
  await assert.rejects(
    collect(conversation.prompt(textPrompt("say hello"), idle())),
    isError("harness_failed", /exited with 0 before the turn was complete/),
  );
  rmSync(program);
  await assert.rejects(
    collect(conversation.prompt(textPrompt("say hello"), idle())),
    isError("harness_failed", /spawn .*ENOENT/),
  );
  assert.equal(conversation.isAlive, true);
  rmSync(own, { recursive: true });
});

test("publishes the adapter once for concurrent requests, and readable by every user", async () => {
  const dir = mkdtempSync(join(tmpdir(), "tembo-adapter-test-"));
  const [one, other] = await Promise.all([publishAdapter(dir), publishAdapter(dir)]);
  assert.equal(one, other);
  assert.equal(readdirSync(dir).length, 1);
  assert.equal(statSync(one).mode & 0o777, 0o755);
  for (const file of readdirSync(one)) assert.equal(statSync(join(one, file)).mode & 0o777, 0o644);
  rmSync(dir, { recursive: true });
});
