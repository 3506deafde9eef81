import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyDraft, readDraft, requestOf, withGiven } from "./draft.ts";

test("what is left empty is left to the server", () => {
  assert.deepEqual(requestOf({ ...emptyDraft, prompt: "Fix it." }, true), {
    prompt: "Fix it.",
    queueRightAway: true,
    visibility: "public",
  });
});

test("what is chosen is asked for", () => {
  const draft = {
    ...emptyDraft,
    prompt: "Fix it.",
    repositoryIds: ["r"],
    baseBranch: " dev ",
    harness: "pi",
    model: "m:x",
    mode: "planning",
    sandboxSize: "large",
    egress: "none",
    budgetUsd: "1.5",
    visibility: "private",
    attachments: [{ id: "a", name: "a.png", sizeBytes: 1 }],
  } as const;
  assert.deepEqual(requestOf(draft, false), {
    prompt: "Fix it.",
    queueRightAway: false,
    visibility: "private",
    codeRepoIds: ["r"],
    baseBranch: "dev",
    agent: "pi:m:x",
    agentOptions: { mode: "planning" },
    sandboxSize: "large",
    egress: { preset: "none", allow: [] },
    budgetUsd: 1.5,
    attachments: ["a"],
  });
  assert.equal(requestOf({ ...draft, model: "" }, true).agent, "pi");
});

test("a kept draft is read field by field; what cannot be read is as if it were new", () => {
  const kept = JSON.stringify({ prompt: "Fix it.", repositoryIds: "r", budgetUsd: 3, unknown: 1 });
  assert.deepEqual(readDraft(kept), { ...emptyDraft, prompt: "Fix it." });
  for (const broken of [null, "{", "null", "[]"]) assert.deepEqual(readDraft(broken), emptyDraft);
});

test("a repository that another page gave is added to words that are there, and stands alone without any", () => {
  const draft = { ...emptyDraft, repositoryIds: ["a"] };
  assert.deepEqual(withGiven(draft, "b", undefined), { repositoryIds: ["b"] });
  assert.deepEqual(withGiven({ ...draft, prompt: "Fix it" }, "b", "next"), {
    repositoryIds: ["a", "b"],
    baseBranch: "next",
  });
});

test("a command at the beginning goes with a session that starts, and not with a draft", () => {
  const commands = [{ name: "review", kind: "command", note: "" }] as const;
  const draft = { ...emptyDraft, prompt: "/review all" };
  assert.deepEqual(requestOf(draft, true, commands).slashCommand, { command: "review", arguments: "all" });
  assert.equal(requestOf(draft, false, commands).slashCommand, undefined);
});
