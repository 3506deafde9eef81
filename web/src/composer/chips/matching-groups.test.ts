import assert from "node:assert/strict";
import { test } from "node:test";
import { matchingGroups } from "./matching-groups.ts";

const groups = [
  { label: null, options: [{ value: "", label: "Default" }] },
  { label: "Claude Code", options: ["Opus 4.5", "Sonnet 4.5"].map((label) => ({ value: label, label })) },
  { label: "Codex", options: [{ value: "gpt", label: "GPT-5.2", note: "OpenAI" }] },
];
const found = (typed: string) =>
  matchingGroups(groups, typed).map(({ options }) => options.map(({ label }) => label));

test("finds options by the words of their label, their note and their group, in any order", () => {
  assert.deepEqual(found(""), [["Default"], ["Opus 4.5", "Sonnet 4.5"], ["GPT-5.2"]]);
  assert.deepEqual(found("opus claude"), [["Opus 4.5"]]);
  assert.deepEqual(found(" CODEX "), [["GPT-5.2"]]);
  assert.deepEqual(found("openai"), [["GPT-5.2"]]);
  assert.deepEqual(found("gemini"), []);
});
