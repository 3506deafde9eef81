import assert from "node:assert/strict";
import { test } from "node:test";
import type { PullRequestComment } from "@tembo-io/sdk";
import { threadsOf } from "./threads.ts";

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
