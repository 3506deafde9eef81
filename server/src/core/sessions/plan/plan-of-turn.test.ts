import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventData } from "../event/event.ts";
import { titleOf } from "./note-plan.ts";
import { planOfTurn } from "./plan-of-turn.ts";

const text = (words: string): EventData => ({ type: "text", text: words });
const call: EventData = {
  type: "toolCall",
  toolCallId: "1",
  title: "Read",
  kind: "read",
  status: "completed",
  input: null,
  output: null,
  exitCode: null,
  diffs: [],
};

test("uses the harness's last text as the plan, and returns null without text", () => {
  assert.equal(planOfTurn([text("Let me look."), call, text("# First "), text("this")]), "# First this");
  assert.equal(planOfTurn([call]), null);
  assert.equal(planOfTurn([]), null);
});

test("prefers the last non-empty list of plan entries over the text", () => {
  const list = (content: string): EventData => ({
    type: "plan",
    entries: [
      { content, status: "completed" },
      { content: "then that", status: "pending" },
    ],
  });
  assert.equal(planOfTurn([list("a"), list("this"), text("That is it.")]), "- [x] this\n- [ ] then that");
  assert.equal(planOfTurn([{ type: "plan", entries: [] }, text("So.")]), "So.", "an empty list is ignored");
});

test("titles a plan after its first line of text", () => {
  assert.equal(titleOf("\n---\n## Rewrite the login\nmore"), "Rewrite the login");
  assert.equal(titleOf("- [ ] look first"), "look first");
  assert.equal(titleOf("..."), "Plan");
  assert.equal(titleOf("x".repeat(200)).length, 80);
});
