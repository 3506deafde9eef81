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

test("nothing given leaves every default", () => {
  assert.deepEqual(readAgentOptions(null, harness), defaultMessageOptions);
  assert.deepEqual(readAgentOptions({}, plain), defaultMessageOptions);
});

test("every option is read", () => {
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

test("a mode that is none is refused with those that are", () => {
  for (const mode of ["plan", "Planning", "", null, 1, ["planning"]])
    refuses({ mode }, /"normal" or "planning"/);
});

test("a reasoning level is refused with those that the harness has", () => {
  for (const reasoningLevel of ["medium", "", null, 3]) refuses({ reasoningLevel }, /has low, high/);
  refuses({ reasoningLevel: "low" }, /Claude Code has none to choose; leave it out/, plain);
});

test("a speed is refused with those that the harness has, of which the usual one is always one", () => {
  for (const speed of ["ultrafast", "quick", null]) refuses({ speed }, /has normal, fast\./);
  refuses({ speed: "fast" }, /has normal\./, plain);
  assert.equal(readAgentOptions({ speed: "normal" }, plain).speed, "normal");
});

test("a goal needs an objective, unless it is not enabled", () => {
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
  for (const goal of [null, "done", ["done"], 1]) refuses({ goal }, /give an object/);
  refuses({ goal: { enabled: "yes", objective: "done" } }, /true or false/);
  for (const objective of ["", " ", "x".repeat(100_001), 1, null])
    refuses({ goal: { objective } }, /1 to 100000/);
  refuses({ goal: { objective: "done", check: "x".repeat(10_001) } }, /1 to 10000/);
  refuses({ goal: { objective: "do\u0000ne" } }, /NUL/);
});

test("a goal in plan mode is refused", () => {
  refuses({ mode: "planning", goal: { objective: "done" } }, /A plan changes nothing/);
});

test("a refusal repeats no more than the beginning of what was sent", () => {
  assert.throws(
    () => readAgentOptions({ mode: "x".repeat(5_000) }, harness),
    (error: Error) => error.message.length < 300,
  );
});

test("what is not named is the session's, but for its goal", () => {
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

test("what another harness of the session was asked for gives way to this one's default", () => {
  const inherited = { mode: "build", reasoningLevel: "high", speed: "fast", goal: null } as const;
  assert.deepEqual(readAgentOptions(null, plain, inherited), defaultMessageOptions);
});
