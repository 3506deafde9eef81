import assert from "node:assert/strict";
import { test } from "node:test";
import { changeOf, noWords } from "./agent-words.ts";
import { documentOf } from "./instructions.ts";

const base = { ...noWords, name: "Nightly", instructions: "Tidy up.", key: "nightly", script: "true" };

test("what nobody touched is not sent", () => {
  assert.deepEqual(changeOf(base, { ...base }), {});
  assert.deepEqual(changeOf(base, { ...base, name: " Daily " }), { name: "Daily" });
});

test("every field is sent as the API takes it, and an empty one as nothing", () => {
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
