import assert from "node:assert/strict";
import { test } from "node:test";
import { changeOf, noWords } from "./agent-words.ts";
import { documentOf } from "./instructions.ts";

const base = { ...noWords, name: "Nightly", instructions: "Tidy up.", key: "nightly", script: "true" };

test("sends only changed fields", () => {
  assert.deepEqual(changeOf(base, { ...base }), {});
  assert.deepEqual(changeOf(base, { ...base, name: " Daily " }), { name: "Daily" });
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
  assert.deepEqual(changeOf(base, next), {
    name: "Daily",
    instructions: documentOf("Look."),
    agent: "codex",
    repositoryIds: ["r1"],
    key: null,
    script: null,
  });
});
