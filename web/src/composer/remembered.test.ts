import assert from "node:assert/strict";
import { test } from "node:test";
import { type Draft, emptyChoices, emptyDraft } from "./draft.ts";
import {
  MAX_REMEMBERED,
  nothingRemembered,
  readRemembered,
  recall,
  remember,
  withGiven,
  withRepositories,
} from "./remembered.ts";

const choices = {
  ...emptyChoices,
  harness: "codex",
  model: "m",
  mode: "planning",
  baseBranch: "next",
} as const;
const used = (repositoryIds: readonly string[], changes: Partial<Draft> = choices) => ({
  ...emptyDraft,
  prompt: "Fix it",
  visibility: "private" as const,
  repositoryIds,
  ...changes,
});

test("remembers the choices of each repository of a session, and which repositories it used", () => {
  const once = remember(nothingRemembered, used(["a", "b"]));
  const twice = remember(once, used(["b"], { sandboxSize: "large" }));
  assert.deepEqual(twice.repositoryIds, ["b"]);
  assert.deepEqual(recall(twice, ["a"]), choices);
  assert.deepEqual(recall(twice, ["b", "a"]), { ...emptyChoices, sandboxSize: "large" });
  assert.deepEqual(recall(twice, ["unknown"]), {});
  assert.deepEqual(recall(twice, []), {});
  assert.deepEqual(recall(remember(twice, used([])), []), choices);
});

test("forgets the repository that was used least recently", () => {
  let remembered = nothingRemembered;
  for (let n = 0; n < MAX_REMEMBERED; n++) remembered = remember(remembered, used([`r${n}`]));
  remembered = remember(remembered, used(["r0"]));
  assert.deepEqual(recall(remembered, ["r1"]), choices, "control");
  remembered = remember(remembered, used(["one more"]));
  assert.equal(remembered.choices.length, MAX_REMEMBERED);
  assert.deepEqual(recall(remembered, ["r0"]), choices);
  assert.deepEqual(recall(remembered, ["r1"]), {});
});

test("applies a repository's choices when it becomes the first one, without the branch of another", () => {
  const remembered = remember(nothingRemembered, used(["a"]));
  const draft = used(["b"], { baseBranch: "of-b", harness: "pi" });
  assert.deepEqual(withRepositories(draft, ["b", "a"], remembered), { repositoryIds: ["b", "a"] });
  assert.deepEqual(withRepositories(draft, ["a"], remembered), { repositoryIds: ["a"], ...choices });
  assert.deepEqual(withRepositories(draft, ["c"], remembered), { repositoryIds: ["c"], baseBranch: "" });
  assert.deepEqual(withRepositories(draft, [], remembered), { repositoryIds: [], baseBranch: "" });
});

test("adds a linked repository to a draft with text, and replaces the selection in an empty draft", () => {
  const remembered = remember(nothingRemembered, used(["b"]));
  const draft = { ...emptyDraft, repositoryIds: ["a"] };
  const link = { repository: "b", branch: undefined };
  assert.deepEqual(withGiven(draft, link, remembered), { repositoryIds: ["b"], ...choices });
  assert.deepEqual(withGiven({ ...draft, prompt: "Fix it" }, { ...link, branch: "other" }, remembered), {
    repositoryIds: ["a", "b"],
    baseBranch: "other",
  });
});

test("restores what was stored, and ignores invalid parts", () => {
  const remembered = remember(nothingRemembered, used(["a"]));
  assert.deepEqual(readRemembered(JSON.stringify(remembered), emptyChoices), remembered);
  const broken = {
    repositoryIds: ["a", 1],
    choices: [["a", { harness: 1, model: "m", x: "" }], ["b"], null],
  };
  assert.deepEqual(readRemembered(JSON.stringify(broken), emptyChoices), {
    repositoryIds: ["a"],
    choices: [["a", { ...emptyChoices, model: "m" }]],
  });
  for (const stored of [null, "{", "null", "[]", "1"])
    assert.deepEqual(readRemembered(stored, emptyChoices), nothingRemembered);
});
