import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../../core/base/index.ts";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { readFixture } from "../testing/fixture.ts";
import { readWebhook } from "./read-webhook.ts";

interface Example {
  readonly event: string;
  readonly payload: { readonly action?: string };
}

const { examples } = readFixture("webhook-examples") as { readonly examples: readonly Example[] };

function read(event: string, payload: unknown, headers: Record<string, string> = {}): readonly ForgeEvent[] {
  return readWebhook({
    headers: { "x-github-event": event, ...headers },
    body: Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)),
  });
}

/** Returns the events that result from the examples of an event and action. */
function readEvents(event: string, action?: string): readonly ForgeEvent[] {
  return examples
    .filter(
      (example) => example.event === event && (action === undefined || example.payload.action === action),
    )
    .flatMap(({ payload }) => read(event, payload));
}

test("parses GitHub's webhook examples into every type of forge event", () => {
  assert.ok(examples.length > 300, String(examples.length));
  const counts = new Map<string, number>();
  for (const { event, payload } of examples) {
    for (const { type } of read(event, payload)) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const wanted: readonly ForgeEvent["type"][] = [
    "pullRequest.opened",
    "pullRequest.ready",
    "pullRequest.updated",
    "pullRequest.synchronized",
    "pullRequest.closed",
    "pullRequest.reopened",
    "issue.opened",
    "issue.updated",
    "issue.reopened",
    "comment.created",
    "review.submitted",
    "check.completed",
    "ref.created",
    "ref.deleted",
    "branch.pushed",
    "release.published",
    "repository.renamed",
    "repository.deleted",
    "repository.changed",
    "installation.changed",
  ];
  assert.deepEqual(
    wanted.filter((type) => !counts.has(type)),
    [],
  );
});

test("every event has a valid time, and every repository a numeric ID", () => {
  for (const { event, payload } of examples) {
    for (const one of read(event, payload)) {
      assert.ok(!Number.isNaN(one.at.getTime()), event);
      if (one.type !== "installation.changed") assert.match(one.repository.externalId, /^\d+$/, event);
    }
  }
});

test("parses a pull request", () => {
  const [event] = readEvents("pull_request", "opened");
  assert.ok(event?.type === "pullRequest.opened");
  const { title, status, isDraft, head, base, headSha, isFromFork, labels, author } = event.pullRequest;
  assert.deepEqual(
    { title, status, isDraft, head, base, headSha, isFromFork, labels, author: author?.login },
    {
      title: "Update the README with new information.",
      status: "open",
      isDraft: false,
      head: "changes",
      base: "master",
      headSha: "ec26c3e57ca3a959ca5aad62de7213c562f8c821",
      isFromFork: false,
      labels: [],
      author: "Codertocat",
    },
  );
  assert.equal(event.repository.owner, "Codertocat");
  assert.equal(event.actor?.login, "Codertocat");
});

test("parses a closed pull request that has a merge time as merged", () => {
  const payload = structuredClone(
    examples.find(({ event, payload }) => event === "pull_request" && payload.action === "closed")!.payload,
  ) as { pull_request: Record<string, unknown> };
  payload.pull_request.merged_at = null;
  assert.equal(read("pull_request", payload)[0]?.type, "pullRequest.closed");
  payload.pull_request.merged_at = "2026-01-02T03:04:05Z";
  assert.equal(read("pull_request", payload)[0]?.type, "pullRequest.merged");
});

test("parses a closed issue and an archived repository", () => {
  const as = (event: string, action: string) => ({
    ...examples.find((example) => example.event === event && example.payload.action !== undefined)!.payload,
    action,
  });
  assert.equal(read("issues", as("issues", "closed"))[0]?.type, "issue.closed");
  assert.equal(read("repository", as("repository", "archived"))[0]?.type, "repository.archived");
});

test("distinguishes issue comments from inline comments, and ignores edits and deletions", () => {
  const [below] = readEvents("issue_comment", "created");
  assert.ok(below?.type === "comment.created");
  assert.deepEqual([below.comment.kind, below.thread.kind, below.comment.place], ["comment", "issue", null]);
  const [inline] = readEvents("pull_request_review_comment", "created");
  assert.ok(inline?.type === "comment.created");
  assert.deepEqual([inline.comment.kind, inline.thread.kind], ["inline", "pullRequest"]);
  assert.equal(inline.comment.threadId, inline.comment.id);
  assert.ok(inline.comment.place !== null && inline.comment.reviewId !== null);
  assert.deepEqual(readEvents("issue_comment", "edited"), []);
  assert.deepEqual(readEvents("issue_comment", "deleted"), []);
});

test("parses only completed runs as checks", () => {
  assert.deepEqual(readEvents("check_run", "created"), []);
  const [run] = readEvents("check_run", "completed");
  assert.ok(run?.type === "check.completed" && run.kind === "check");
  const runs = readEvents("workflow_run", "completed");
  assert.ok(
    runs.length > 0 && runs.every((one) => one.type === "check.completed" && one.kind === "workflow"),
  );
  assert.deepEqual(readEvents("workflow_run", "requested"), []);
});

test("parses a force push, and ignores a pushed tag and a deleted branch", () => {
  const payload = examples.find(({ event }) => event === "push")!.payload;
  const push = (change: object) => read("push", { ...payload, ...change });
  const [event] = push({ ref: "refs/heads/tembo/fix", deleted: false, forced: true });
  assert.ok(event?.type === "branch.pushed");
  assert.deepEqual([event.branch, event.isForced], ["tembo/fix", true]);
  assert.deepEqual(push({ ref: "refs/tags/v1", deleted: false }), []);
  assert.deepEqual(push({ ref: "refs/heads/fix", deleted: true }), []);
});

test("parses only a deleted installation as removed", () => {
  const removals = readEvents("installation").map(
    (one) => one.type === "installation.changed" && one.isRemoved,
  );
  assert.ok(removals.includes(true) && removals.includes(false));
  assert.ok(
    readEvents("installation_repositories").every(
      (one) => one.type === "installation.changed" && !one.isRemoved,
    ),
  );
});

test("ignores unknown events, regardless of the body", () => {
  assert.deepEqual(read("ping", { zen: "Keep it simple." }), []);
  assert.deepEqual(read("star", "no JSON at all"), []);
  assert.deepEqual(read("pull_request", { action: "constructor" }), []);
});

test("rejects or ignores a body that does not match its headers, and throws no other error", () => {
  const events = [...new Set(examples.map(({ event }) => event))];
  let refused = 0;
  for (const event of [...events, "__proto__", "constructor"]) {
    for (const body of [
      "",
      "[]",
      "null",
      "{",
      '"text"',
      "5",
      "{}",
      '{"action":"opened"}',
      '{"action":{}}',
      "\u0000",
    ]) {
      try {
        assert.deepEqual(read(event, body), []);
      } catch (error) {
        assert.ok(error instanceof AppError && error.code === "invalid_input", `${event} ${body}: ${error}`);
        refused += 1;
      }
    }
  }
  assert.ok(refused > 100);
  const form = { "content-type": "application/x-www-form-urlencoded" };
  assert.throws(() => read("push", "payload=%7B%7D", form), { code: "invalid_input" });
});

test("parses or rejects 10,000 malformed examples, and throws no other error", () => {
  const random = generator(20_261_124);
  const listened = examples.filter(({ event, payload }) => read(event, payload).length > 0);
  let refused = 0;
  for (let round = 0; round < 10_000; round++) {
    const { event, payload } = listened[Math.floor(random() * listened.length)]!;
    const mangled = structuredClone(payload);
    for (let left = 1 + Math.floor(random() * 3); left > 0; left--) mangle(mangled, random);
    try {
      read(event, mangled);
    } catch (error) {
      assert.ok(
        error instanceof AppError && error.code === "invalid_input",
        `${event}: ${(error as Error).stack}`,
      );
      refused += 1;
    }
  }
  assert.ok(refused > 100, String(refused));
});

/** Replaces a random value in the body. */
function mangle(node: object, random: () => number): void {
  const odd = [
    null,
    undefined,
    -1,
    1e308,
    "",
    "x".repeat(5000),
    [],
    {},
    true,
    "2026-99-99",
    { __proto__: null },
  ];
  let at = node as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    const key = keys[Math.floor(random() * keys.length)]!;
    const value = at[key];
    if (typeof value === "object" && value !== null && random() < 0.7) {
      at = value as Record<string, unknown>;
      continue;
    }
    at[key] = odd[Math.floor(random() * odd.length)];
    return;
  }
}

/** Returns a generator of numbers between 0 and 1, determined by its seed (mulberry32). */
function generator(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
