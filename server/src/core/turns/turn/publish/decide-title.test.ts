import assert from "node:assert/strict";
import { test } from "node:test";
import { decideTitle, titleInstruction, withoutProposal } from "./decide-title.ts";

test("uses the session's title when there is no rule", () => {
  const answer = "Pull request title: other";
  assert.equal(decideTitle({ sessionTitle: "Fix the login", rule: " ", answer }), "Fix the login");
  assert.equal(titleInstruction(" "), null);
});

test("treats a rule with a placeholder for the title as a pattern", () => {
  assert.equal(
    decideTitle({ sessionTitle: "Fix it", rule: "fix: {title} [bot]", answer: "" }),
    "fix: Fix it [bot]",
  );
  assert.equal(titleInstruction("fix: {title}"), null);
});

test("passes any other rule to the harness and reads the title from its answer", () => {
  const rule = "Conventional commits";
  assert.match(titleInstruction(rule)!, /Conventional commits/);
  const answer = "I fixed it.\n\n**Pull request title:** `fix(login): check expiry`\n";
  assert.equal(decideTitle({ sessionTitle: "Fix it", rule, answer }), "fix(login): check expiry");
  assert.equal(withoutProposal(answer), "I fixed it.");
  assert.equal(decideTitle({ sessionTitle: "Fix it", rule, answer: "I fixed it." }), "Fix it");
});

test("limits a title to 72 characters", () => {
  const sessionTitle = `Fix ${"a long title ".repeat(6)}`.trim();
  for (const [rule, answer] of [
    ["", ""],
    ["[app] {title}", ""],
    ["Be long", `Pull request title: ${sessionTitle}`],
    ["Be long", "No title."],
  ] as const) {
    const title = decideTitle({ sessionTitle, rule, answer });
    assert.ok(title.length <= 72 && title.endsWith("…"), title);
  }
});

test("does not interpret a title as a pattern", () => {
  assert.equal(
    decideTitle({ sessionTitle: "Cost in $& and $1", rule: "fix: {title}", answer: "" }),
    "fix: Cost in $& and $1",
  );
});
