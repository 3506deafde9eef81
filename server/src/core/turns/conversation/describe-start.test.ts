import assert from "node:assert/strict";
import { test } from "node:test";
import { describeStart } from "./describe-start.ts";

const known = [{ name: "claudeCode", displayName: "Claude Code" }];

test("names the harness and the model, and falls back to their IDs", () => {
  const agent = { harness: "claudeCode", model: "claude-opus-4-5" };
  assert.equal(describeStart(agent, known, false), "Starting Claude Code with Claude Opus 4.5.");
  assert.equal(
    describeStart(agent, known, true),
    "Continuing with Claude Code and Claude Opus 4.5 in the warm sandbox.",
  );
  const dated = { ...agent, model: "claude-opus-4-5-20251101" };
  assert.equal(describeStart(dated, known, false), "Starting Claude Code with Claude Opus 4.5.");
  const own = { harness: "own", model: "own-model" };
  assert.equal(describeStart(own, known, false), "Starting own with own-model.");
});
