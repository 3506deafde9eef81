import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../../core/base/index.ts";
import type { WebhookRequest } from "../../../core/forges/index.ts";
import { changed, recorded, recordedNames } from "../testing/recorded.ts";
import { identifyWebhook } from "./identify-webhook.ts";
import { readWebhook } from "./read-webhook.ts";
import { verifyWebhook } from "./verify-webhook.ts";

// biome-ignore lint/suspicious/noExplicitAny: the tests change payloads at arbitrary places
type Body = any;
const types = (request: WebhookRequest) => readWebhook(request).map(({ type }) => type);
const update = (changes: object, attributes: object = {}) =>
  changed(recorded("merge_request"), (body: Body) => {
    Object.assign(body.object_attributes, { action: "update" }, attributes);
    body.changes = changes;
  });

test("parses an update as a push, a draft marked ready, an edit or nothing", () => {
  assert.deepEqual(types(update({}, { oldrev: "a".repeat(40) })), ["pullRequest.synchronized"]);
  const draft = { draft: { previous: true, current: false } };
  assert.deepEqual(types(update(draft)), ["pullRequest.ready"]);
  assert.deepEqual(types(update({ draft: { previous: false, current: true } })), ["pullRequest.updated"]);
  const title = { title: { previous: "Draft: Mend it", current: "Mend it" } };
  assert.deepEqual(types(update(title)), ["pullRequest.ready"]);
  assert.deepEqual(types(update({ title: { previous: "A", current: "B" } })), ["pullRequest.updated"]);
  assert.deepEqual(types(update({ updated_at: { previous: "a", current: "b" } })), []);
  assert.deepEqual(types(update({}, { action: undefined })), []);
});

test("parses an approval as a review, and its withdrawal as a dismissal", () => {
  const state = (action: string) => {
    const [event] = readWebhook(update({}, { action }));
    return event?.type === "review.submitted" ? [event.review.state, event.review.id] : null;
  };
  assert.deepEqual(state("approved"), ["approved", "approved-1"]);
  assert.deepEqual(state("approval"), ["approved", "approved-1"]);
  assert.deepEqual(state("unapproved"), ["dismissed", "dismissed-1"]);
});

test("parses a reviewer who now requests changes as a review", () => {
  const reviewers = (id: number) => ({
    reviewers: {
      previous: [{ id, state: "unreviewed" }],
      current: [{ id, state: "requested_changes" }],
    },
  });
  const [, review] = readWebhook(update(reviewers(1)));
  assert.ok(review?.type === "review.submitted" && review.review.state === "changesRequested");
  // A change of another reviewer's state is not a review by the actor.
  assert.deepEqual(types(update(reviewers(2))), ["pullRequest.updated"]);
});

test("parses only new, public notes by people as comments", () => {
  const note = (attributes: object, more: object = {}) =>
    changed(recorded("note_merge_request"), (body: Body) => {
      Object.assign(body.object_attributes, attributes);
      Object.assign(body, more);
    });
  assert.deepEqual(types(note({})), ["comment.created"]);
  assert.deepEqual(types(note({ action: undefined })), ["comment.created"]);
  assert.deepEqual(types(note({ action: "update" })), []);
  assert.deepEqual(types(note({ system: true })), []);
  assert.deepEqual(types(note({ internal: true })), []);
  assert.deepEqual(types(note({}, { event_type: "confidential_note" })), []);
  const confidential = changed(recorded("note_issue"), (body: Body) => {
    body.issue.confidential = true;
  });
  assert.deepEqual(types(confidential), []);
});

test("parses a note with a position as an inline comment in its discussion", () => {
  const inline = (position: object) => {
    const [event] = readWebhook(
      changed(recorded("note_merge_request"), (body: Body) => {
        Object.assign(body.object_attributes, { type: "DiffNote", discussion_id: "d1", position });
      }),
    );
    assert.ok(event?.type === "comment.created");
    return event.comment;
  };
  const added = inline({ old_path: "a.ts", new_path: "b.ts", old_line: null, new_line: 7 });
  assert.deepEqual([added.kind, added.threadId], ["inline", "d1"]);
  assert.deepEqual(added.place, { path: "b.ts", line: 7, side: "new", diffHunk: null });
  const removed = inline({ old_path: "a.ts", new_path: "b.ts", old_line: 3, new_line: null });
  assert.deepEqual(removed.place, { path: "a.ts", line: 3, side: "old", diffHunk: null });
});

test("reads the head of a merged results pipeline from its commit message", () => {
  const head = "a".repeat(40);
  const pipeline = (source: string, message: string) => {
    const [event] = readWebhook(
      changed(recorded("pipeline"), (body: Body) => {
        body.object_attributes.source = source;
        body.commit.message = message;
      }),
    );
    return event?.type === "check.completed" ? event.sha : null;
  };
  const own = "bcbb5ec396a2c0f828686f14fac9b80b780504f2";
  assert.equal(pipeline("merge_request_event", `Merge ${head} into ${"b".repeat(40)}`), head);
  assert.equal(pipeline("push", `Merge ${head} into ${"b".repeat(40)}`), own);
  assert.equal(pipeline("merge_request_event", `Merge ${head} into main`), own);
});

test("ignores unfinished pipelines and jobs, and parses an allowed failure as skipped", () => {
  const job = (attributes: object) =>
    readWebhook(changed(recorded("job"), (body: Body) => Object.assign(body, attributes)));
  for (const build_status of ["created", "pending", "running", "manual", "waiting_for_resource"]) {
    assert.deepEqual(job({ build_status }), [], build_status);
  }
  const conclusion = (attributes: object) => {
    const [event] = job(attributes);
    return event?.type === "check.completed" ? event.conclusion : null;
  };
  assert.equal(conclusion({ build_status: "failed" }), "failed");
  assert.equal(conclusion({ build_status: "failed", build_allow_failure: true }), "skipped");
  assert.equal(conclusion({ build_status: "canceled" }), "cancelled");
});

test("parses created and deleted branches", () => {
  const push = (before: string, after: string) =>
    types(changed(recorded("push"), (body: Body) => Object.assign(body, { before, after })));
  const [zeros, sha] = ["0".repeat(40), "c".repeat(40)];
  assert.deepEqual(push(zeros, sha), ["ref.created", "branch.pushed"]);
  assert.deepEqual(push(sha, zeros), ["ref.deleted"]);
});

test("marks the users of access tokens as bots, but not similarly named people", () => {
  const isBot = (username: string) => {
    const [event] = readWebhook(
      changed(recorded("note_merge_request"), (body: Body) => {
        body.user.username = username;
      }),
    );
    return event?.actor?.isBot;
  };
  for (const bot of ["project_12_bot", "project_12_bot_0a1b2c", "group_7_bot_ff", "group_7_bot1", "ghost"]) {
    assert.equal(isBot(bot), true, bot);
  }
  for (const person of ["root", "my_project_12_bot", "ghostwriter", "robot", "abbot1"]) {
    assert.equal(isBot(person), false, person);
  }
});

test("accepts only the exact secret", () => {
  const request = (token?: string) => ({
    headers: token === undefined ? {} : { "x-gitlab-token": token },
    body: Buffer.from("{}"),
  });
  assert.equal(verifyWebhook(request("the secret"), "the secret"), true);
  for (const wrong of ["the secreT", "the secret ", "", "x", undefined]) {
    assert.equal(verifyWebhook(request(wrong), "the secret"), false, String(wrong));
  }
  // An integration without a secret rejects every webhook.
  assert.equal(verifyWebhook(request(""), ""), false);
});

test("identifies a delivery by an ID that stays the same when GitLab retries it", () => {
  const identify = (headers: Record<string, string>) =>
    identifyWebhook({ headers: { "x-gitlab-event": "Push Hook", ...headers } }).deliveryId;
  assert.equal(
    identify({ "idempotency-key": "i", "x-gitlab-event-uuid": "e", "x-gitlab-webhook-uuid": "w" }),
    "i",
  );
  assert.equal(identify({ "x-gitlab-event-uuid": "e", "x-gitlab-webhook-uuid": "w" }), "e");
  assert.equal(identify({ "x-gitlab-webhook-uuid": "w" }), null);
});

test("rejects a body whose kind differs from the header", () => {
  const mixed = { ...recorded("push"), headers: { "x-gitlab-event": "Merge Request Hook" } };
  assert.throws(() => readWebhook(mixed), { code: "invalid_input" });
  const unknown = { ...recorded("push"), headers: { "x-gitlab-event": "constructor" } };
  assert.deepEqual(readWebhook(unknown), []);
});

test("parses or rejects 2,000 malformed payloads, and throws no other error", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  const values = [null, "", "x", -1, 1e99, true, [], {}, [null], "0".repeat(40), "not a time"];
  const counts = { read: 0, refused: 0 };
  for (let round = 0; round < 2_000; round++) {
    const name = recordedNames[random(recordedNames.length)]!;
    const request = changed(recorded(name), (body: Body) => damage(body, random, values));
    try {
      readWebhook(request);
      counts.read += 1;
    } catch (error) {
      assert.ok(error instanceof AppError && error.code === "invalid_input", `${name}: ${error}`);
      counts.refused += 1;
    }
  }
  // Both outcomes occur.
  assert.ok(counts.read > 100 && counts.refused > 100, JSON.stringify(counts));
});

/** Replaces or deletes a random value in the body. */
function damage(body: Body, random: (below: number) => number, values: readonly unknown[]): void {
  let at = body;
  for (;;) {
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    const key = keys[random(keys.length)]!;
    const goesDeeper = typeof at[key] === "object" && at[key] !== null && random(4) > 0;
    if (goesDeeper) at = at[key];
    else {
      if (random(4) === 0) delete at[key];
      else at[key] = values[random(values.length)];
      return;
    }
  }
}
