import assert from "node:assert/strict";
import { test } from "node:test";
import type { PermissionDecision } from "../../core/accounts/index.ts";
import type { HarnessUpdate } from "../../core/turns/index.ts";
import { collect, isError, joinText, textPrompt } from "../harness-contract.ts";
import { stubSpec } from "../stub/spec.ts";
import { localSandbox } from "../testing/local-sandbox.ts";
import { recordLines } from "../testing/record-lines.ts";
import { type StubStart, startStub } from "../testing/start-stub.ts";
import { collapseUpdates, replayRecording } from "./replay-recording.ts";

/** Runs the prompts in the stub. Returns the updates, the recording and the conversation's ID. Cancels a prompt when its text contains `tick`. */
async function record(prompts: readonly string[], start: StubStart = {}) {
  const sandbox = localSandbox();
  const mode = start.given?.mode ?? "build";
  const recording = recordLines({ harness: "stub", cwd: sandbox.workspacePath, mode });
  const given = { ...start.given, onProtocolLine: recording.record };
  await using conversation = await startStub({ ...start, sandbox, given });
  const updates: HarnessUpdate[] = [];
  for (const prompt of prompts) {
    const abort = new AbortController();
    for await (const update of conversation.prompt(textPrompt(prompt), abort.signal)) {
      updates.push(update);
      if (update.type === "text" && update.text.includes("tick")) abort.abort();
    }
  }
  return { updates, records: recording.records, id: conversation.id };
}

async function replay(records: Awaited<ReturnType<typeof record>>["records"], env = {}) {
  return collect(replayRecording(records, [stubSpec(env)]));
}

const everything =
  "commands a b\nsay a\nthink b\nplan\ntitle A name\nedit\ncontext 77\nset-mode ask\nsay end";

for (const [what, prompts, start] of [
  ["every kind of update", [everything], {}],
  ["several prompts with updates in between", ["say a\nafter-the-end commands x", "say b", "say c"], {}],
  ["a cancelled prompt and the next one", ["call-and-wait-or\nforever tick", "say after"], {}],
  ["a late title", ["late-title Renamed"], {}],
  [
    "plan mode of an older harness",
    ["ask-permission"],
    { env: { STUB_CAN: "legacy" }, given: { mode: "plan" } },
  ],
] as const) {
  test(`replays to the same updates: ${what}`, async () => {
    const { updates, records } = await record(prompts, start);
    const replayed = await replay(records, "env" in start ? start.env : {});
    assert.deepEqual(collapseUpdates(replayed), collapseUpdates(updates));
  });
}

for (const decisions of [
  ["allow", "deny"],
  ["deny", "allow"],
] as const) {
  test(`replays the permission decisions ${decisions.join()}`, async () => {
    const left: PermissionDecision[] = [...decisions];
    const decidePermission = async () => left.shift()!;
    const prompt = 'ask-with {"toolCall":{"toolCallId":"1"}}\nask-with {"toolCall":{"toolCallId":"2"}}';
    const { updates, records } = await record([prompt], { given: { decidePermission } });
    assert.deepEqual(collapseUpdates(await replay(records)), collapseUpdates(updates));
  });
}

test("replays a harness that was started before the recording began", async () => {
  const { updates, records, id } = await record(["say a\nplan", "say b"]);
  const [begin, ...lines] = records;
  const first = lines.findIndex((line) => line.type === "line" && line.text.includes("session/prompt"));
  const conversation = { ...begin!, conversationId: id } as (typeof records)[number];
  const replayed = await replay([conversation, ...lines.slice(first)]);
  assert.deepEqual(collapseUpdates(replayed), collapseUpdates(updates));
});

test("reports a harness that exited in the recording, after its output", async () => {
  const { records } = await record(["say a"]);
  const answer = records.findLastIndex((line) => line.type === "line" && line.text.includes("stopReason"));
  const seen: HarnessUpdate[] = [];
  const dying = async () => {
    for await (const update of replayRecording(records.slice(0, answer), [stubSpec()])) seen.push(update);
  };
  await assert.rejects(dying(), isError("harness_failed"));
  assert.equal(joinText(seen), "a");
});

test("detects a driver that yields different updates", async () => {
  const { updates, records } = await record(["say a"]);
  const changed = records.map((line) =>
    line.type === "line" ? { ...line, text: line.text.replace('"text":"a"', '"text":"b"') } : line,
  );
  assert.notDeepEqual(collapseUpdates(await replay(changed)), collapseUpdates(updates));
});

test("replays a recording with missing and corrupted lines and an unknown harness", async () => {
  const { records } = await record(["say a\nsay b"]);
  const [begin, ...lines] = records;
  const without = lines.filter((line) => line.type !== "line" || !line.text.includes("initialize"));
  const broken = {
    type: "line",
    at: new Date(0).toISOString(),
    direction: "fromHarness",
    text: "{[secret",
  } as const;
  const dropped = { type: "dropped", at: broken.at, lines: 3 } as const;
  const stranger = { ...begin!, harness: "stranger" } as (typeof records)[number];
  const replayed = await replay([stranger, broken, dropped, ...without]);
  assert.equal(joinText(replayed), "ab");
});

test("rejects a recording without a header", async () => {
  await assert.rejects(replay([]), isError("invalid_input", /not a recording/));
});

test("replays thousands of updates with the recording's timing, without dropping any", async () => {
  const { records } = await record(["say a"]);
  const chunk = records.findIndex((line) => line.type === "line" && line.text.includes('"text":"a"'));
  const at = Date.parse(records[chunk]!.at);
  const many = Array.from({ length: 5_000 }, (_, n) => ({
    ...records[chunk]!,
    at: new Date(at + n * 10).toISOString(),
  }));
  const late = records.slice(chunk + 1).map((line) => ({ ...line, at: new Date(at + 60_000).toISOString() }));
  const replayed = await replay([...records.slice(0, chunk), ...many, ...late]);
  assert.equal(joinText(replayed).length, 5_000);
  assert.deepEqual(replayed.at(-1), { type: "harness.ended", stopReason: "endTurn" });
});
