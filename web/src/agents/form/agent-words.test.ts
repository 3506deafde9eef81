import assert from "node:assert/strict";
import { test } from "node:test";
import { diffAgentWords, noWords } from "./agent-words.ts";
import { parseMarkdown } from "./instructions.ts";

const base = { ...noWords, name: "Nightly", instructions: "Tidy up.", key: "nightly", script: "true" };

test("sends only changed fields", () => {
  assert.deepEqual(diffAgentWords(base, { ...base }), {});
  assert.deepEqual(diffAgentWords(base, { ...base, name: " Daily " }), { name: "Daily" });
});

test("sends every field in the API's format, and empty fields as null", () => {
  const next = {
    name: "Daily",
    instructions: "Look.",
    agent: "codex",
    repositories: [{ id: "r1", name: "acme/api" }],
    key: " ",
    script: "\n",
  };
  assert.deepEqual(diffAgentWords(base, next), {
    name: "Daily",
    instructions: parseMarkdown("Look."),
    agent: "codex",
    repositoryIds: ["r1"],
    key: null,
    script: null,
  });
});
