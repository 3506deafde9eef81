import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import type { HarnessUpdate } from "../../core/turns/index.ts";
import { collect, disposable, idle, isError, joinText, textPrompt } from "../harness-contract.ts";
import { stubSpec } from "../stub/spec.ts";
import { harnessStart } from "../testing/harness-start.ts";
import { localSandbox } from "../testing/local-sandbox.ts";
import { quietLog } from "../testing/quiet-log.ts";
import { messageStream } from "./process/message-stream.ts";
import { startConversation } from "./start-conversation.ts";
import { defaultPace, type Pace } from "./updates/flood-gate.ts";

/** Memory limit, below the size of each flood. The measurement includes garbage that has not been collected yet. */
const limitBytes = 230_000_000;
/** Stops the clock, so that the result does not depend on the machine's speed. */
const pace: Pace = { ...defaultPace, now: () => 0 };

async function startStub() {
  const sandbox = localSandbox();
  const options = {
    spec: stubSpec(),
    installDir: "/nowhere",
    nodeBinary: process.execPath,
    log: quietLog(),
    pace,
  };
  return disposable(await startConversation(options, harnessStart(sandbox), idle()));
}

/** Returns the updates received during the prompt and the peak increase in memory. */
async function play(text: string) {
  await using conversation = await startStub();
  const watch = watchMemory();
  const updates = await collect(conversation.prompt(textPrompt(text), idle())).finally(watch.stop);
  return { updates, grewBytes: watch.grewBytes() };
}

function watchMemory() {
  const now = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = now();
  let highest = before;
  const timer = setInterval(() => {
    highest = Math.max(highest, now());
  }, 20);
  return { stop: () => clearInterval(timer), grewBytes: () => highest - before };
}

const noticesIn = (updates: readonly HarnessUpdate[]) =>
  updates.flatMap((update) => (update.type === "notice" ? [update.message] : []));

test("drops updates beyond the burst limit in a flood of 600 MB, with one notice and constant memory", async () => {
  const { updates, grewBytes } = await play("flood-text 600\nsay end");
  const textLength = joinText(updates).length;
  assert.ok(textLength > 1_000_000 && textLength <= pace.burstChars, `received ${textLength} characters`);
  assert.ok(updates.length <= pace.burstUpdates + 10);
  assert.equal(noticesIn(updates).length, 1);
  assert.match(noticesIn(updates)[0]!, /^\d+ updates from the harness were dropped/);
  assert.equal(updates.at(-1)?.type, "harness.ended");
  console.log(`600 MB of updates: memory grew by ${Math.round(grewBytes / 1e6)} MB at most`);
  // Each update leaves garbage, of which more remains on a busy machine.
  assert.ok(grewBytes < 2 * limitBytes, `${grewBytes}`);
});

for (const [what, head] of [
  ["non-protocol output", ""],
  ["an update", '{"jsonrpc":"2.0","method":"session/update","params":{"x":"'],
] as const) {
  test(`skips 300 MB without a newline of ${what}, with constant memory`, async () => {
    const { updates, grewBytes } = await play(`endless 300 ${head}\nsay after`);
    assert.equal(joinText(updates), "after");
    assert.equal(noticesIn(updates).length, head === "" ? 0 : 1);
    console.log(`300 MB in one line: memory grew by ${Math.round(grewBytes / 1e6)} MB at most`);
    assert.ok(grewBytes < limitBytes, `${grewBytes}`);
  });
}

test("terminates the harness after an oversized line that may be a response", async () => {
  await assert.rejects(
    play('endless 300 {"jsonrpc":"2.0","id":1,"result":"'),
    isError("harness_failed", /a protocol line is longer than 8 MB/),
  );
});

test("control: buffers an entire line if the limit is high enough", async () => {
  const stdout = new PassThrough();
  const noop = () => {};
  const options = { stdin: new PassThrough(), stdout, onNoise: noop, onUpdate: noop, onDropped: noop };
  const stream = messageStream({ ...options, whenReady: async () => {}, maxLineBytes: 400_000_000 });
  const read = stream.readable.getReader().read();
  const watch = watchMemory();
  const piece = Buffer.alloc(1_000_000, "x");
  for (let n = 0; n < 320; n++) await new Promise((resolve) => stdout.write(piece, resolve));
  await new Promise((resolve) => setTimeout(resolve, 30));
  watch.stop();
  assert.ok(watch.grewBytes() > limitBytes);
  stdout.end();
  await read;
});

test("keeps only the end of 300 MB on stderr without a newline", async () => {
  const { updates, grewBytes } = await play("flood-stderr 300\nsay after");
  assert.equal(joinText(updates), "after");
  console.log(`300 MB on stderr: memory grew by ${Math.round(grewBytes / 1e6)} MB at most`);
  assert.ok(grewBytes < limitBytes, `${grewBytes}`);
});

test("stops reading from a harness that floods it with requests, and can still stop the harness", async () => {
  await using conversation = await startStub();
  const abort = new AbortController();
  const watch = watchMemory();
  const prompt = conversation.prompt(textPrompt("say begin\nflood-requests 200"), abort.signal);
  for await (const update of prompt) {
    // Aborts only after a delay, so that reading can pause first. As the control, the harness would send more than the 50 MB allowed below.
    if (update.type === "text") setTimeout(() => abort.abort(), 1_500);
  }
  watch.stop();
  const megabytes = Math.round(watch.grewBytes() / 1e6);
  console.log(`requests whose responses are never read: memory grew by ${megabytes} MB at most`);
  assert.ok(megabytes < 50);
});

test("parses updates with deep nesting, unexpected keys, invalid UTF-8 and NUL bytes", async () => {
  const update = (json: string) =>
    `raw {"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"SESSION","update":${json}}}`;
  const chunk = (words: string) =>
    update(`{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"${words}"}}`);
  const { updates } = await play(
    [
      "deep 500000",
      update(
        '{"__proto__":{"polluted":1},"sessionUpdate":"tool_call","toolCallId":"__proto__","status":"constructor"}',
      ),
      update('{"sessionUpdate":"__proto__"}'),
      update('{"sessionUpdate":"plan","entries":[{"content":"a","status":"toString"}]}'),
      update('{"sessionUpdate":"plan","entries":[{"content":{},"status":"pending"}]}'),
      update('{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":{"length":3}}}'),
      update('{"sessionUpdate":"usage_update","used":"many"}'),
      'raw {"jsonrpc":"2.0","id":99,"result":{}}',
      'raw {"jsonrpc":"2.0"}',
      'raw {"jsonrpc":"2.0","method":7,"id":1}',
      'raw {"jsonrpc":"2.0","method":"$/cancel_request","params":{"id":{}}}',
      chunk("\\xff\\xc3("),
      chunk("\\u0000"),
      "stop constructor",
    ].join("\n"),
  );
  assert.equal(joinText(updates), "\ufffd\ufffd(\0");
  const calls = updates.filter((one) => one.type === "toolCall").filter(({ status }) => status === "pending");
  assert.deepEqual(
    calls.map(({ toolCallId, input }) => [toolCallId, input]),
    [
      ["deep", "(nested too deeply to be shown)"],
      ["__proto__", null],
    ],
  );
  const plans = updates.filter((one) => one.type === "plan");
  assert.deepEqual(plans, [{ type: "plan", entries: [{ content: "a", status: "pending" }] }]);
  assert.deepEqual(updates.at(-1), { type: "harness.ended", stopReason: "endTurn" });
  assert.equal(({} as { polluted?: number }).polluted, undefined);
});

test("truncates a plan and its entries, a title and a tool call's title", async () => {
  const entries = JSON.stringify(
    Array.from({ length: 1_000 }, () => ({ content: "c".repeat(3_000), status: "pending" })),
  );
  const update = (json: string) =>
    `raw {"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"SESSION","update":${json}}}`;
  const { updates } = await play(
    [
      update(`{"sessionUpdate":"plan","entries":${entries}}`),
      update(`{"sessionUpdate":"session_info_update","title":"${"t".repeat(9_000)}"}`),
      update(`{"sessionUpdate":"tool_call","toolCallId":"1","title":"${"t".repeat(9_000)}"}`),
    ].join("\n"),
  );
  const plan = updates.find((one) => one.type === "plan");
  assert.deepEqual([plan?.entries.length, plan?.entries[0]?.content.length], [200, 2_000]);
  assert.equal(updates.find((one) => one.type === "title")?.title.length, 2_000);
  assert.equal(updates.find((one) => one.type === "toolCall")?.title.length, 2_000);
});
