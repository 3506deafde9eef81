import assert from "node:assert/strict";
import { test } from "node:test";
import { isSame } from "../../components/edit/is-same.ts";
import { comparedAgent, diffAgentWords, noWords } from "./agent-words.ts";
import { parseMarkdown } from "./instructions.ts";

const base = { ...noWords, name: "Nightly", instructions: "Tidy up.", key: "nightly", script: "true" };

test("sends only changed fields", () => {
  assert.deepEqual(diffAgentWords(base, { ...base }), {});
  assert.deepEqual(diffAgentWords(base, { ...base, name: " Daily " }), { name: "Daily" });
});

test("takes a new name of a repository for no change", () => {
  const [before, after] = ["acme/api", "acme/web-api"].map((name) => ({
    ...base,
    repositories: [{ id: "r1", name }],
  }));
  assert.ok(isSame(comparedAgent(before!), comparedAgent(after!)));
  assert.deepEqual(diffAgentWords(before!, after!), {});
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
