import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { AppError } from "../../../core/base/index.ts";
import { testOutbound } from "../../../outbound/testing/test-outbound.ts";
import { mutations } from "../../testing/mutations.ts";
import { createGiteaForge } from "../gitea-forge.ts";
import * as example from "../testing/webhook-examples.ts";

const adapter = createGiteaForge({ log: { info() {}, warn() {}, error() {} }, fetch: testOutbound().fetch });

function read(type: string, body: object, event = type) {
  const headers = { "x-gitea-event": event, "x-gitea-event-type": type };
  return adapter.readWebhook({ headers, body: Buffer.from(JSON.stringify(body) ?? "") });
}

/** Reads the request and returns its only event. */
function one(type: string, body: object, event = type) {
  const events = read(type, body, event);
  assert.equal(events.length, 1, JSON.stringify(events));
  return events[0]!;
}

const pulls: readonly [string, string, object, string][] = [
  ["opened", "pull_request", {}, "pullRequest.opened"],
  ["closed", "pull_request", { state: "closed" }, "pullRequest.closed"],
  ["closed", "pull_request", { state: "closed", merged: true }, "pullRequest.merged"],
  ["reopened", "pull_request", {}, "pullRequest.reopened"],
  ["edited", "pull_request", {}, "pullRequest.updated"],
  ["synchronized", "pull_request_sync", {}, "pullRequest.synchronized"],
  ["label_updated", "pull_request_label", {}, "pullRequest.updated"],
  ["label_cleared", "pull_request_label", {}, "pullRequest.updated"],
  ["review_requested", "pull_request_review_request", {}, "pullRequest.updated"],
];
for (const [action, type, change, expected] of pulls) {
  test(`parses ${type} ${action} ${JSON.stringify(change)} as ${expected}`, () => {
    const body = example.pullBody(action, change);
    const event = one(type, body, "pull_request");
    assert.equal(event.type, expected);
    assert.ok("pullRequest" in event);
    const { pullRequest, actor, repository, at } = event;
    assert.deepEqual(
      [pullRequest.number, pullRequest.head, pullRequest.base, pullRequest.isFromFork, pullRequest.labels],
      [7, "tembo/fix", "main", false, ["bug"]],
    );
    assert.deepEqual([actor?.id, actor?.login, repository.externalId], ["4", "ada", "17"]);
    assert.equal(at.toISOString(), "2026-11-24T10:05:00.000Z");
  });
}

test("parses the removal of a title's draft prefix as ready for review, but not if the new title has one", () => {
  const changes = { title: { from: "WIP: Fix it" } };
  assert.equal(one("pull_request", { ...example.pullBody("edited"), changes }).type, "pullRequest.ready");
  const still = example.pullBody("edited", { title: "[WIP] Fix", draft: true });
  const event = one("pull_request", { ...still, changes });
  assert.ok(event.type === "pullRequest.updated");
  assert.deepEqual([event.pullRequest.title, event.pullRequest.isDraft], ["Fix", true]);
});

test("ignores assignees, milestones and unknown events", () => {
  assert.deepEqual(read("pull_request_assign", example.pullBody("assigned"), "pull_request"), []);
  assert.deepEqual(read("pull_request_milestone", example.pullBody("milestoned"), "pull_request"), []);
  assert.deepEqual(read("wiki", { anything: true }), []);
  for (const type of ["package", "toString", "constructor", "__proto__"])
    assert.deepEqual(read(type, {}), []);
});

test("parses the head name after the branch was deleted, and recognizes a fork", () => {
  const head = { label: "tembo/fix", ref: "refs/pull/7/head", sha: example.sha, repo_id: 99 };
  const event = one("pull_request", example.pullBody("closed", { state: "closed", head }));
  assert.ok("pullRequest" in event);
  assert.deepEqual([event.pullRequest.head, event.pullRequest.isFromFork], ["tembo/fix", true]);
});

test("parses comments on pull requests and on issues", () => {
  const onPull = one("pull_request_comment", example.commentBody(true), "issue_comment");
  assert.ok(onPull.type === "comment.created");
  assert.deepEqual(onPull.thread, { kind: "pullRequest", number: 7 });
  assert.deepEqual(
    [onPull.comment.id, onPull.comment.kind, onPull.comment.body],
    ["31", "comment", "@tembo please"],
  );
  const onIssue = one("issue_comment", example.commentBody(false));
  assert.ok(onIssue.type === "comment.created");
  assert.deepEqual(onIssue.thread, { kind: "issue", number: 7 });
  // Without the type, the same event name means a comment or a review.
  assert.equal(one("pull_request_comment", example.commentBody(true)).type, "comment.created");
});

test("ignores edited and deleted comments", () => {
  assert.deepEqual(read("issue_comment", example.commentBody(false, "edited")), []);
  assert.deepEqual(read("issue_comment", example.commentBody(false, "deleted")), []);
});

const reviews = [
  ["pull_request_review_approved", "pull_request_approved", "approved"],
  ["pull_request_review_rejected", "pull_request_rejected", "changesRequested"],
  ["pull_request_review_comment", "pull_request_comment", "commented"],
] as const;
for (const [type, event, state] of reviews) {
  test(`parses ${type} as a review with the state ${state}`, () => {
    const readEvent = one(type, example.reviewBody(type), event);
    assert.ok(readEvent.type === "review.submitted");
    assert.deepEqual(
      [readEvent.number, readEvent.review.state, readEvent.review.body],
      [7, state, "Not yet"],
    );
    assert.equal(readEvent.review.author.login, "ada");
    // Older versions send no type.
    assert.deepEqual(one(event, example.reviewBody(type)), readEvent);
  });
}

test("gives a repeated review the same ID, and a different review a different ID", () => {
  const idOf = (body: object) => {
    const event = one("pull_request_review_approved", body);
    return event.type === "review.submitted" ? event.review.id : "";
  };
  const body = example.reviewBody("pull_request_review_approved");
  assert.equal(idOf(body), idOf(body));
  assert.notEqual(
    idOf(body),
    idOf({ ...body, review: { type: "pull_request_review_approved", content: "Yes" } }),
  );
});

test("parses opened, changed, closed and reopened issues", () => {
  const of = (action: string, type = "issues") => one(type, example.issueBody(action), "issues");
  const opened = of("opened");
  assert.ok(opened.type === "issue.opened");
  assert.deepEqual([opened.issue.number, opened.issue.title, opened.issue.labels], [7, "It breaks", []]);
  assert.equal(of("edited").type, "issue.updated");
  assert.equal(of("label_updated", "issue_label").type, "issue.updated");
  assert.equal(of("closed").type, "issue.closed");
  assert.equal(of("reopened").type, "issue.reopened");
});

test("parses a push and a force push, and ignores tags and deleted branches", () => {
  const push = one("push", example.pushBody({}));
  assert.ok(push.type === "branch.pushed");
  assert.deepEqual([push.branch, push.sha, push.isForced], ["feature/x", example.sha, false]);
  const back = one("push", example.pushBody({ total_commits: 0, commits: [] }));
  assert.ok(back.type === "branch.pushed" && back.isForced);
  const fresh = one("push", example.pushBody({ total_commits: 0, before: example.none }));
  assert.ok(fresh.type === "branch.pushed" && !fresh.isForced);
  assert.deepEqual(read("push", example.pushBody({ ref: "refs/tags/v1" })), []);
  assert.deepEqual(read("push", example.pushBody({ after: example.none })), []);
});

test("parses created and deleted branches and tags", () => {
  const made = one("create", example.refBody({ sha: example.sha, ref: "v1", ref_type: "tag" }));
  assert.ok(made.type === "ref.created");
  assert.deepEqual([made.refType, made.ref], ["tag", "v1"]);
  const gone = one("delete", example.refBody({ ref: "feature/x", ref_type: "branch", pusher_type: "user" }));
  assert.ok(gone.type === "ref.deleted");
  assert.deepEqual([gone.refType, gone.ref], ["branch", "feature/x"]);
});

test("parses a published release, and ignores updated and deleted ones", () => {
  const event = one("release", example.releaseBody("published"));
  assert.ok(event.type === "release.published");
  assert.deepEqual([event.tag, event.name], ["v1.2.0", "Version 1.2"]);
  assert.deepEqual(read("release", example.releaseBody("updated")), []);
  assert.deepEqual(read("release", example.releaseBody("deleted")), []);
});

test("parses the deletion of a repository", () => {
  assert.equal(one("repository", example.repositoryBody("deleted")).type, "repository.deleted");
  assert.equal(one("repository", example.repositoryBody("created")).type, "repository.changed");
});

test("parses a finished commit status, and ignores a pending one", () => {
  const event = one("status", example.statusBody("failure"));
  assert.ok(event.type === "check.completed");
  assert.deepEqual(
    [event.name, event.kind, event.conclusion, event.sha, event.branch],
    ["build / test (push)", "check", "failed", example.sha, null],
  );
  assert.equal(event.url, "https://git.example.com/acme/app/actions/runs/3/jobs/0");
  assert.deepEqual(read("status", example.statusBody("pending")), []);
});

test("parses workflow runs of Gitea Actions and Forgejo Actions", () => {
  const gitea = one("workflow_run", example.workflowRunBody("completed", "failure"));
  assert.ok(gitea.type === "check.completed");
  assert.deepEqual(
    [gitea.name, gitea.kind, gitea.conclusion, gitea.branch],
    ["build.yml", "workflow", "failed", "tembo/fix"],
  );
  assert.deepEqual(read("workflow_run", example.workflowRunBody("requested", "")), []);
  const forgejo = one("action_run_failure", example.forgejoRunBody("failure"));
  assert.ok(forgejo.type === "check.completed");
  assert.deepEqual(
    [forgejo.name, forgejo.kind, forgejo.conclusion, forgejo.sha],
    ["test.yml", "workflow", "failed", example.sha],
  );
  const recovered = one("action_run_recover", example.forgejoRunBody("success"));
  assert.ok(recovered.type === "check.completed" && recovered.conclusion === "passed");
});

test("rejects a payload without the repository, for every kind of event", () => {
  const examples: [string, Record<string, unknown>][] = [
    ["pull_request", example.pullBody("opened")],
    ["issue_comment", example.commentBody(false)],
    ["pull_request_review_approved", example.reviewBody("pull_request_review_approved")],
    ["issues", example.issueBody("opened")],
    ["push", example.pushBody({})],
    ["release", example.releaseBody("published")],
    ["status", example.statusBody("failure")],
    ["workflow_run", example.workflowRunBody("completed", "failure")],
  ];
  for (const [type, body] of examples) {
    assert.equal(read(type, body).length, 1);
    for (const wrong of [{ ...body, repository: undefined }, { ...body, repository: 5 }, {}, []]) {
      assert.throws(
        () => read(type, wrong),
        (error) => error instanceof AppError && error.code === "invalid_input",
        `${type} ${JSON.stringify(wrong)}`,
      );
    }
  }
});

test("identifies deliveries by the headers of Gitea or Forgejo", () => {
  const identify = (headers: Record<string, string>) => adapter.identifyWebhook({ headers });
  const gitea = {
    "x-gitea-delivery": "d1",
    "x-gitea-event": "issue_comment",
    "x-gitea-event-type": "pull_request_comment",
  };
  assert.deepEqual(identify(gitea), { deliveryId: "d1", eventName: "pull_request_comment" });
  const forgejo = { "x-forgejo-delivery": "d2", "x-forgejo-event": "push", "x-forgejo-event-type": "push" };
  assert.deepEqual(identify(forgejo), { deliveryId: "d2", eventName: "push" });
  assert.deepEqual(identify({ "x-gitea-event": "push" }), { deliveryId: null, eventName: "push" });
  for (const headers of [
    {},
    { "x-github-event": "push", "x-github-delivery": "d3" },
    { "x-gitlab-event": "Push Hook" },
  ]) {
    assert.throws(
      () => identify(headers),
      (error) => error instanceof AppError && error.code === "invalid_input",
    );
  }
});

test("accepts a valid signature in every signature header, and rejects a wrong one", () => {
  const secret = "a-secret";
  const body = Buffer.from('{"a":"🐘"}');
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const verify = (headers: Record<string, string>, signed = body) =>
    adapter.verifyWebhook({ headers, body: signed }, secret);
  assert.equal(verify({ "x-gitea-signature": signature }), true);
  assert.equal(verify({ "x-forgejo-signature": signature }), true);
  assert.equal(verify({ "x-hub-signature-256": `sha256=${signature}` }), true);
  const wrong = [
    "",
    "sha256=",
    signature.slice(1),
    `${signature}00`,
    `${signature.slice(0, 63)}g`,
    "0".repeat(64),
    "é".repeat(64),
  ];
  for (const value of wrong) assert.equal(verify({ "x-gitea-signature": value }), false, value);
  assert.equal(verify({ "x-gitea-signature": signature }, Buffer.from('{"a":"b"}')), false);
  const empty = createHmac("sha256", "").update(body).digest("hex");
  assert.equal(adapter.verifyWebhook({ headers: { "x-gitea-signature": empty }, body }, ""), false);
});

test("parses or rejects a malformed request, and throws no other error", () => {
  const examples: readonly [string, object][] = [
    ["pull_request", example.pullBody("edited")],
    ["issue_comment", example.commentBody(true)],
    ["pull_request_review_approved", example.reviewBody("pull_request_review_approved")],
    ["issues", example.issueBody("opened")],
    ["push", example.pushBody({})],
    ["create", example.refBody({ sha: example.sha, ref: "v1", ref_type: "tag" })],
    ["release", example.releaseBody("published")],
    ["repository", example.repositoryBody("deleted")],
    ["status", example.statusBody("failure")],
    ["workflow_run", example.workflowRunBody("completed", "failure")],
    ["action_run_failure", example.forgejoRunBody("failure")],
  ];
  let count = 0;
  for (const [name, body] of examples) {
    for (const wrong of mutations(body)) {
      count += 1;
      try {
        for (const event of read(name, wrong as object)) {
          assert.ok(!Number.isNaN(event.at.getTime()));
          assert.deepEqual(JSON.parse(JSON.stringify(event)).type, event.type);
        }
      } catch (error) {
        assert.ok(error instanceof AppError && error.code === "invalid_input", `${name}: ${error}`);
      }
    }
  }
  assert.ok(count > 3000, String(count));
});
