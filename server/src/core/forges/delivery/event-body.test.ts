import assert from "node:assert/strict";
import { test } from "node:test";
import { someTime } from "../../../testing/test-store.ts";
import { ada, issueOpened } from "../../../testing/webhook-fixture.ts";
import type { ForgeEvent } from "../forge/forge-event.ts";
import { eventBody, readEventBody } from "./event-body.ts";
import { eventKey } from "./event-key.ts";

const { repository } = issueOpened();
const about = { repository, actor: ada, at: someTime };
const later = new Date(someTime.getTime() + 1000);

const opened: ForgeEvent & { type: "pullRequest.opened" } = {
  ...about,
  type: "pullRequest.opened",
  pullRequest: {
    number: 3,
    externalId: "30",
    url: "https://github.com/acme/shop/pull/3",
    title: "2026-01-02T03:04:05.678Z",
    body: "2026-01-02T03:04:05.678Z",
    status: "open",
    isDraft: false,
    head: "fix",
    base: "main",
    headSha: "a".repeat(40),
    isFromFork: false,
    author: ada,
    labels: ["2026-01-02T03:04:05.678Z"],
    reviewRequests: { users: null, keepsReviewed: false },
    mergeability: "unknown",
    mergedAt: null,
    createdAt: someTime,
    updatedAt: someTime,
  },
};
const comment: ForgeEvent & { type: "comment.created" } = {
  ...about,
  type: "comment.created",
  thread: { kind: "pullRequest", number: 3 },
  comment: {
    id: "9",
    kind: "inline",
    author: ada,
    body: "@tembo",
    url: "https://github.com/acme/shop/pull/3#9",
    place: { path: "a.ts", line: 1, side: "new", diffHunk: null },
    threadId: "9",
    reviewId: "4",
    createdAt: someTime,
    updatedAt: someTime,
  },
};
const review: ForgeEvent = {
  ...about,
  type: "review.submitted",
  number: 3,
  review: { id: "4", author: ada, state: "approved", body: "", url: "u", submittedAt: someTime },
};

test("reads a written event back unchanged, including its times", () => {
  for (const event of [opened, comment, review, issueOpened()]) {
    assert.deepEqual(readEventBody(eventBody(event)), event);
  }
});

test("rejects an invalid event", () => {
  for (const body of [
    "",
    "{",
    "null",
    "[]",
    "{}",
    '{"type":"issue.opened"}',
    '{"at":"2026-01-01T00:00:00Z"}',
  ]) {
    assert.throws(() => readEventBody(Buffer.from(body)), { code: "invalid_input" }, body);
  }
});

test("derives the same key for an event seen twice, and different keys for different events", () => {
  const seenLater: ForgeEvent = {
    ...opened,
    at: later,
    pullRequest: { ...opened.pullRequest, title: "Edited", updatedAt: later },
  };
  assert.equal(eventKey(seenLater), eventKey(opened));
  const updated = (at: Date): ForgeEvent => ({ ...opened, type: "pullRequest.updated", at });
  const others: ForgeEvent[] = [
    opened,
    { ...opened, pullRequest: { ...opened.pullRequest, number: 4 } },
    { ...opened, repository: { ...repository, externalId: "r2" } },
    updated(someTime),
    updated(later),
    comment,
    { ...comment, comment: { ...comment.comment, kind: "review" } },
    review,
    issueOpened(3),
  ];
  assert.equal(new Set(others.map(eventKey)).size, others.length);
  for (const event of others) assert.match(eventKey(event), /^poll:[0-9a-f]{64}$/);
});
