import assert from "node:assert/strict";
import { test } from "node:test";
import type { HarnessInfo } from "../../access/index.ts";
import { defaultMessageOptions, readAgentOptions } from "./read-agent-options.ts";
import { claudeCodeInfo } from "./testing/claude-code-info.ts";

const harness: HarnessInfo = {
  ...claudeCodeInfo,
  capabilities: {
    ...claudeCodeInfo.capabilities,
    reasoningLevels: ["low", "high"],
    speeds: ["normal", "fast"],
  },
};
const plain: HarnessInfo = {
  ...claudeCodeInfo,
  capabilities: { ...claudeCodeInfo.capabilities, reasoningLevels: [], speeds: [] },
};

const refuses = (given: Record<string, unknown>, sentence: RegExp, by = harness) =>
  assert.throws(() => readAgentOptions(given, by), { code: "invalid_input", message: sentence });

test("returns the defaults without options", () => {
  assert.deepEqual(readAgentOptions(null, harness), defaultMessageOptions);
  assert.deepEqual(readAgentOptions({}, plain), defaultMessageOptions);
});

test("reads every option", () => {
  assert.deepEqual(
    readAgentOptions(
      {
        mode: "normal",
        reasoningLevel: "high",
        speed: "fast",
        goal: { objective: "tests pass", check: "npm t" },
      },
      harness,
    ),
    {
      mode: "build",
      reasoningLevel: "high",
      speed: "fast",
      goal: { objective: "tests pass", check: "npm t", maxRounds: 10 },
    },
  );
  assert.deepEqual(readAgentOptions({ mode: "planning" }, plain), { ...defaultMessageOptions, mode: "plan" });
});

test("rejects an unknown mode and lists the known ones", () => {
  for (const mode of ["plan", "Planning", "", null, 1, ["planning"]])
    refuses({ mode }, /"normal" or "planning"/);
});

test("rejects an unknown reasoning level and lists those of the harness", () => {
  for (const reasoningLevel of ["medium", "", null, 3]) refuses({ reasoningLevel }, /supports low, high/);
  refuses({ reasoningLevel: "low" }, /Remove it, because Claude Code has no reasoning levels/, plain);
});

test("rejects an unknown speed, lists those of the harness, and always accepts normal", () => {
  for (const speed of ["ultrafast", "quick", null]) refuses({ speed }, /supports normal, fast\./);
  refuses({ speed: "fast" }, /supports normal\./, plain);
  assert.equal(readAgentOptions({ speed: "normal" }, plain).speed, "normal");
});

test("requires a valid objective for an enabled goal", () => {
  assert.deepEqual(readAgentOptions({ goal: { enabled: true, objective: "done" } }, harness).goal, {
    objective: "done",
    check: null,
    maxRounds: 10,
  });
  assert.equal(readAgentOptions({ goal: { objective: "done", maxRounds: 3 } }, harness).goal?.maxRounds, 3);
  for (const maxRounds of [0, 101, 1.5, "3", null])
    refuses({ goal: { objective: "done", maxRounds } }, /from 1 to 100/);
  assert.equal(readAgentOptions({ goal: { enabled: false, objective: "done" } }, harness).goal, null);
  assert.equal(readAgentOptions({ goal: { enabled: false } }, harness).goal, null);
  for (const goal of [{}, { enabled: true }]) refuses({ goal }, /"agentOptions\.goal\.objective"/);
  for (const goal of [null, "done", ["done"], 1]) refuses({ goal }, /Use an object/);
  refuses({ goal: { enabled: "yes", objective: "done" } }, /true or false/);
  for (const objective of ["", " ", "x".repeat(100_001), 1, null])
    refuses({ goal: { objective } }, /1 to 100000/);
  refuses({ goal: { objective: "done", check: "x".repeat(10_001) } }, /1 to 10000/);
  refuses({ goal: { objective: "do\u0000ne" } }, /NUL/);
});

test("rejects a goal in plan mode", () => {
  refuses({ mode: "planning", goal: { objective: "done" } }, /A planning turn changes nothing/);
});

test("truncates the rejected value in the error", () => {
  assert.throws(
    () => readAgentOptions({ mode: "x".repeat(5_000) }, harness),
    (error: Error) => error.message.length < 300,
  );
});

test("inherits omitted options from the session, except its goal", () => {
  const inherited = {
    mode: "plan",
    reasoningLevel: "low",
    speed: "fast",
    goal: { objective: "done", check: null, maxRounds: 10 },
  } as const;
  assert.deepEqual(readAgentOptions({ reasoningLevel: "high" }, harness, inherited), {
    mode: "plan",
    reasoningLevel: "high",
    speed: "fast",
    goal: null,
  });
});

test("resets inherited options that the harness does not support", () => {
  const inherited = { mode: "build", reasoningLevel: "high", speed: "fast", goal: null } as const;
  assert.deepEqual(readAgentOptions(null, plain, inherited), defaultMessageOptions);
});
