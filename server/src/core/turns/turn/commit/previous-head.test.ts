import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventData } from "../../../sessions/index.ts";
import { previousHead } from "./previous-head.ts";

const commit = (repository: string, sha: string): EventData => ({
  type: "commit.created",
  repository,
  branch: "b",
  sha,
  additions: 1,
  deletions: 0,
  changedFiles: 1,
});

test("finds the previous commit in the same repository", () => {
  const events = [commit("web", "1"), commit("web", "2"), commit("api", "3")];
  assert.equal(previousHead(events, { repository: "web", sha: "4" }), "2");
  assert.equal(previousHead(events, { repository: "docs", sha: "4" }), null);
  assert.equal(previousHead([], { repository: "web", sha: "4" }), null);
});

test("returns the same commit when a step is repeated", () => {
  const events = [commit("web", "1"), commit("web", "2"), commit("web", "3")];
  assert.equal(previousHead(events, { repository: "web", sha: "2" }), "1");
  assert.equal(previousHead(events, { repository: "web", sha: "1" }), null);
});
