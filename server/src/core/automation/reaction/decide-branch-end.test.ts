import assert from "node:assert/strict";
import { test } from "node:test";
import { decideBranchEnd } from "./decide-branch-end.ts";

type End = Parameters<typeof decideBranchEnd>[0];
const session: End["session"] = { id: "0190aaaa-0000-7000-8000-0000deadbeef", source: null };
const pullRequest: End["pullRequest"] = {
  id: "p1",
  repositoryId: "r1",
  status: "merged",
  headBranch: "tembo/fix-it-deadbeef",
  isFromFork: false,
};
const end: End = {
  isWanted: true,
  pullRequest,
  session,
  defaultBranch: "main",
  others: [{ ...pullRequest }],
};
const source = { kind: "pullRequest", repositoryId: "r1", number: 1, url: "", title: "" } as const;

test("deletes the session's own branch when its pull request is closed or merged", () => {
  assert.equal(decideBranchEnd(end), "delete");
  assert.equal(decideBranchEnd({ ...end, pullRequest: { ...pullRequest, status: "closed" } }), "delete");
  const elsewhere = { ...pullRequest, id: "p2", repositoryId: "r2", status: "open" } as const;
  assert.equal(decideBranchEnd({ ...end, others: [elsewhere] }), "delete");
});

const kept: Readonly<Record<string, Partial<End>>> = {
  "when deletion is disabled": { isWanted: false },
  "while the pull request is open": { pullRequest: { ...pullRequest, status: "open" } },
  "of a fork": { pullRequest: { ...pullRequest, isFromFork: true } },
  "that a person named": { pullRequest: { ...pullRequest, headBranch: "ada/fix" } },
  "of another session": { pullRequest: { ...pullRequest, headBranch: "tembo/fix-it-0badcafe" } },
  "of a person's pull request": { session: { ...session, source } },
  "that is the default branch": { defaultBranch: "tembo/fix-it-deadbeef" },
  "that another open pull request needs": { others: [{ ...pullRequest, id: "p2", status: "open" }] },
};
for (const [what, change] of Object.entries(kept)) {
  test(`keeps a branch ${what}`, () => assert.equal(decideBranchEnd({ ...end, ...change }), "keep"));
}
