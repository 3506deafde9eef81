import assert from "node:assert/strict";
import { test } from "node:test";
import type { Session } from "@tembo-io/sdk";
import { countParts } from "./count-parts.ts";

test("counts pull requests apart from other artifacts", () => {
  const artifacts = [
    { type: "PullRequest", pullRequests: [{}] },
    { type: "PullRequest", pullRequests: [{}] },
    { type: "Plan", pullRequests: [] },
    { type: "File", pullRequests: [] },
    { type: "Response", pullRequests: [] },
  ] as unknown as Session["artifacts"];
  assert.deepEqual(countParts({ artifacts }), { pulls: 2, artifacts: 3 });
  assert.deepEqual(countParts({ artifacts: [] }), { pulls: 0, artifacts: 0 });
});
