import assert from "node:assert/strict";
import { test } from "node:test";
import { decideTitle, titleInstruction, withoutProposal } from "./decide-title.ts";

test("without a rule it is the session's title", () => {
  const answer = "Pull request title: other";
  assert.equal(decideTitle({ sessionTitle: "Fix the login", rule: " ", answer }), "Fix the login");
  assert.equal(titleInstruction(" "), null);
});

test("a rule with a place for the title is a pattern", () => {
  assert.equal(
    decideTitle({ sessionTitle: "Fix it", rule: "fix: {title} [bot]", answer: "" }),
    "fix: Fix it [bot]",
  );
  assert.equal(titleInstruction("fix: {title}"), null);
});

test("any other rule is the harness's to follow, and its line is taken", () => {
  const rule = "Conventional commits";
  assert.match(titleInstruction(rule)!, /Conventional commits/);
  const answer = "I fixed it.\n\n**Pull request title:** `fix(login): check expiry`\n";
  assert.equal(decideTitle({ sessionTitle: "Fix it", rule, answer }), "fix(login): check expiry");
  assert.equal(withoutProposal(answer), "I fixed it.");
  assert.equal(decideTitle({ sessionTitle: "Fix it", rule, answer: "I fixed it." }), "Fix it");
});

test("no title is longer than 72 characters", () => {
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

test("a title is not read as a pattern itself", () => {
  assert.equal(
    decideTitle({ sessionTitle: "Cost in $& and $1", rule: "fix: {title}", answer: "" }),
    "fix: Cost in $& and $1",
  );
});
