import assert from "node:assert/strict";
import { test } from "node:test";
import type { PullRequestComment } from "@tembo-io/sdk";
import { needsAgent, threadsOf } from "./threads.ts";

const comment = (id: string, kind: PullRequestComment["kind"], threadId: string | null) =>
  ({ id, kind, threadId }) as PullRequestComment;

test("groups inline comments by thread in order, and omits other comments", () => {
  const threads = threadsOf([
    comment("inline-1", "inline", "1"),
    comment("comment-2", "comment", null),
    comment("inline-3", "inline", "3"),
    comment("inline-4", "inline", "1"),
  ]);
  assert.deepEqual(
    threads.map(({ first, replies }) => [first.id, replies.map(({ id }) => id)]),
    [
      ["inline-1", ["inline-4"]],
      ["inline-3", []],
    ],
  );
});

test("assigns open threads to the agent, and again after a person's reply or a turn without a reply", () => {
  const at = (minute: number) => `2026-01-02T03:0${minute}:00.000Z`;
  const by = (isBot: boolean, minute: number) => ({
    ...comment(`inline-${minute}`, "inline", "1"),
    author: { isBot } as PullRequestComment["author"],
    createdAt: at(minute),
    place: {} as PullRequestComment["place"],
    resolved: null,
    agent: null,
  });
  const needs = (
    first: Partial<PullRequestComment>,
    state: NonNullable<PullRequestComment["agent"]>["state"] | null,
    ...replies: PullRequestComment[]
  ) => {
    const agent =
      state === null ? null : { state, turnId: null, commitSha: null, reason: null, assignedAt: at(2) };
    return needsAgent({ id: "1", first: { ...by(false, 1), agent, ...first }, replies });
  };
  assert.equal(needs({}, null), true);
  assert.equal(needs({ resolved: { at: at(2), by: "Ada" } }, null), false);
  assert.equal(needs({ place: null }, null), false);
  for (const state of ["queued", "working", "replied", "resolved"] as const)
    assert.equal(needs({}, state), false, state);
  assert.equal(needs({}, "unanswered"), true);
  assert.equal(needs({}, "replied", by(true, 3)), false, "the agent's own reply");
  assert.equal(needs({}, "replied", by(false, 3)), true);
});
