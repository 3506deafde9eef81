import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { HarnessLaunch } from "../../core/turns/index.ts";
import { collect, disposable, idle, isError, joinText, textPrompt } from "../harness-contract.ts";
import { stubSpec } from "../stub/spec.ts";
import { harnessStart } from "../testing/harness-start.ts";
import { localSandbox } from "../testing/local-sandbox.ts";
import { quietLog } from "../testing/quiet-log.ts";
import { launchHarness, startConversation } from "./start-conversation.ts";

const optionsWith = (env: Record<string, string> = {}) => ({
  spec: stubSpec(env),
  installDir: "/nowhere",
  nodeBinary: process.execPath,
  log: quietLog(),
});

function launchIn(sandbox: HarnessLaunch["sandbox"], env: Record<string, string> = {}, signal = idle()) {
  const { harness, modelFamily, model, mode, instructions } = harnessStart(sandbox);
  const input = { harness, modelFamily, model, mode, instructions, sandbox, env: {}, asks: true };
  return launchHarness(optionsWith(env), input, signal);
}

test("opens a conversation in a launched harness, with the conversation's own listeners", async () => {
  const sandbox = localSandbox();
  const launched = await launchIn(sandbox);
  assert.ok(launched.isAlive);
  const methods: string[] = [];
  const asked: string[] = [];
  const input = harnessStart(sandbox, {
    launched,
    onProtocolLine: ({ text }) => void methods.push(JSON.parse(text).method ?? "result"),
    decidePermission: async ({ toolCallId }) => {
      asked.push(toolCallId);
      return "deny";
    },
  });
  await using conversation = disposable(await startConversation(optionsWith(), input, idle()));
  const updates = await collect(conversation.prompt(textPrompt("guarded-edit\nsay done"), idle()));
  assert.match(joinText(updates), /done/);
  assert.equal(asked.length, 1, "the conversation decides about permissions");
  assert.equal(methods.filter((method) => method === "initialize").length, 1, "it is initialized once");
  assert.equal(methods[0], "initialize", "the recording is complete");
  await sandbox.stop();
});

test("a launched harness has received only the initialization", async () => {
  const sandbox = localSandbox();
  const sent: string[] = [];
  const spying = {
    ...sandbox,
    spawn: (...args: Parameters<typeof sandbox.spawn>) => {
      const program = sandbox.spawn(...args);
      const write = program.stdin.write.bind(program.stdin);
      program.stdin.write = ((chunk: Buffer | string, ...rest: []) => {
        sent.push(String(chunk));
        return write(chunk, ...rest);
      }) as typeof program.stdin.write;
      return program;
    },
  };
  const launched = await launchIn(spying);
  const received = sent
    .join("")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).method);
  assert.deepEqual(received, ["initialize"]);
  await launched.close();
  assert.equal(launched.isAlive, false);
  await sandbox.stop();
});

test("reports a harness that crashes or is stopped while it is launched, and leaves no process", async () => {
  const sandbox = localSandbox();
  await assert.rejects(
    launchIn(sandbox, { STUB_START: "crash" }),
    isError("harness_failed", /find its feet/),
  );
  await assert.rejects(
    launchIn(sandbox, { STUB_START: "old-protocol" }),
    isError("harness_failed", /version 0/),
  );
  const abort = new AbortController();
  const launching = launchIn(sandbox, { STUB_START: "hang" }, abort.signal);
  abort.abort();
  await assert.rejects(launching, isError("harness_failed", /was stopped/));
  await sandbox.stop();
});

test("reports a launched harness that has ended, when a conversation is opened", async () => {
  const sandbox = localSandbox();
  const launched = await launchIn(sandbox);
  await launched.close();
  const input = harnessStart(sandbox, { launched });
  await assert.rejects(
    startConversation(optionsWith(), input, idle()),
    isError("harness_failed", /while it started/),
  );
  await sandbox.stop();
});

for (const hasFiles of [true, false]) {
  const what = hasFiles
    ? "writes the harness's files to HOME again"
    : "control: leaves HOME alone without files";
  test(`${what} before the conversation of a launched harness`, async () => {
    const sandbox = localSandbox();
    const options = optionsWith();
    const spec = { ...options.spec, files: () => ({ "settings.json": "own" }) };
    const { harness, modelFamily, model, mode, instructions } = harnessStart(sandbox);
    const input = { harness, modelFamily, model, mode, instructions, sandbox, env: {}, asks: false };
    const path = join(sandbox.homePath, "settings.json");
    const launched = await launchHarness({ ...options, spec }, input, idle());
    assert.equal(readFileSync(path, "utf8"), "own");
    // A setupScript can do this.
    writeFileSync(path, "changed");
    const late = { ...options, spec: hasFiles ? spec : options.spec };
    const conversation = await startConversation(late, harnessStart(sandbox, { launched }), idle());
    assert.equal(readFileSync(path, "utf8"), hasFiles ? "own" : "changed");
    await conversation.close();
    await sandbox.stop();
  });
}
