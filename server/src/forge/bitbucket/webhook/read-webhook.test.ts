import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { AppError } from "../../../core/base/index.ts";
import { testOutbound } from "../../../outbound/testing/test-outbound.ts";
import { mutations } from "../../testing/mutations.ts";
import { createBitbucketForge } from "../bitbucket-forge.ts";
import * as example from "../testing/webhook-examples.ts";

const adapter = createBitbucketForge({
  log: { info() {}, warn() {}, error() {} },
  fetch: testOutbound().fetch,
});
const time = "Tue, 24 Nov 2026 10:07:00 GMT";

function read(key: string, body: object) {
  const headers = { "x-event-key": key, "x-event-time": time };
  return adapter.readWebhook({ headers, body: Buffer.from(JSON.stringify(body) ?? "") });
}

/** Reads the request and returns its only event. */
function one(key: string, body: object) {
  const events = read(key, body);
  assert.equal(events.length, 1, JSON.stringify(events));
  return events[0]!;
}

const pulls: readonly [string, object, string, string][] = [
  ["pullrequest:created", {}, "pullRequest.opened", "open"],
  ["pullrequest:updated", {}, "pullRequest.updated", "open"],
  ["pullrequest:push", {}, "pullRequest.synchronized", "open"],
  ["pullrequest:fulfilled", { state: "MERGED" }, "pullRequest.merged", "merged"],
  ["pullrequest:rejected", { state: "DECLINED" }, "pullRequest.closed", "closed"],
];
for (const [key, change, expected, status] of pulls) {
  test(`parses ${key} as ${expected}`, () => {
    const event = one(key, example.pullBody(change));
    assert.equal(event.type, expected);
    assert.ok("pullRequest" in event);
    const { pullRequest, actor, repository, at } = event;
    assert.deepEqual(
      [pullRequest.number, pullRequest.head, pullRequest.base, pullRequest.isFromFork, pullRequest.status],
      [7, "tembo/fix", "main", false, status],
    );
    assert.equal(pullRequest.headSha, example.sha.slice(0, 12));
    assert.equal(pullRequest.mergedAt === null, status !== "merged");
    assert.deepEqual([actor?.id, actor?.login, actor?.name], [example.adaUuid, "ada", "Ada Lovelace"]);
    assert.deepEqual(repository, {
      externalId: example.repositoryUuid,
      owner: "acme",
      name: "app",
      url: "https://bitbucket.org/acme/app",
    });
    assert.equal(at.toISOString(), "2026-11-24T10:05:00.511Z");
  });
}

test("parses drafts, superseded pull requests as closed and pull requests from deleted forks", () => {
  const of = (change: object) => {
    const event = one("pullrequest:updated", example.pullBody(change));
    assert.ok("pullRequest" in event);
    return event.pullRequest;
  };
  assert.equal(of({ draft: true }).isDraft, true);
  assert.equal(of({ state: "SUPERSEDED" }).status, "closed");
  const { source } = example.pullBody().pullrequest;
  assert.equal(of({ source: { ...source, ...example.fork } }).isFromFork, true);
  const gone = of({ source: { ...source, repository: null, commit: null } });
  assert.deepEqual([gone.isFromFork, gone.headSha], [true, ""]);
});

test("parses plain comments, comments on new lines, old lines and whole files, and replies", () => {
  const of = (change: object) => {
    const event = one("pullrequest:comment_created", example.commentBody(change));
    assert.ok(event.type === "comment.created");
    assert.deepEqual(event.thread, { kind: "pullRequest", number: 7 });
    return event.comment;
  };
  const plain = of({});
  assert.deepEqual(
    [plain.id, plain.kind, plain.body, plain.threadId, plain.author.login],
    ["31", "comment", "/tembo please", "31", "ada"],
  );
  const inline = of({ inline: { path: "src/a.ts", from: null, to: 10 } });
  assert.deepEqual(
    [inline.kind, inline.place],
    ["inline", { path: "src/a.ts", line: 10, side: "new", diffHunk: null }],
  );
  const old = of({ inline: { path: "src/a.ts", from: 4, to: null } });
  assert.deepEqual([old.place?.line, old.place?.side], [4, "old"]);
  const file = of({ inline: { path: "src/a.ts", from: null, to: null } });
  assert.deepEqual([file.place?.line, file.place?.side], [null, "new"]);
  const answer = of({ parent: { id: 30, links: {} }, inline: { path: "src/a.ts", to: 10 } });
  assert.equal(answer.threadId, "30");
});

test("ignores pending, deleted and updated comments", () => {
  assert.deepEqual(read("pullrequest:comment_created", example.commentBody({ pending: true })), []);
  assert.deepEqual(read("pullrequest:comment_created", example.commentBody({ deleted: true })), []);
  assert.deepEqual(read("pullrequest:comment_updated", example.commentBody()), []);
  assert.deepEqual(read("pullrequest:comment_deleted", example.commentBody()), []);
});

test("parses a comment whose author's account was deleted", () => {
  const event = one("pullrequest:comment_created", { ...example.commentBody({ user: null }), actor: null });
  assert.ok(event.type === "comment.created");
  assert.deepEqual([event.actor, event.comment.author.login], [null, "Former user"]);
});

test("parses approvals and requests for changes as reviews with their own IDs", () => {
  const approved = one("pullrequest:approved", example.approvalBody());
  const changes = one("pullrequest:changes_request_created", example.changesRequestBody());
  assert.ok(approved.type === "review.submitted" && changes.type === "review.submitted");
  assert.deepEqual(
    [approved.number, approved.review.state, approved.review.author.login],
    [7, "approved", "ada"],
  );
  assert.equal(changes.review.state, "changesRequested");
  assert.equal(approved.review.id, `${example.adaUuid}@2026-11-24T10:06:00.000Z`);
  assert.equal(approved.at.toISOString(), "2026-11-24T10:06:00.000Z");
});

test("parses a push to a branch and a force push", () => {
  const main = example.ref("branch", "feature/x");
  const push = one("repo:push", example.pushBody({ new: main, old: main }));
  assert.ok(push.type === "branch.pushed");
  assert.deepEqual([push.branch, push.sha, push.isForced], ["feature/x", example.sha, false]);
  assert.equal(push.at.toISOString(), "2026-11-24T10:07:00.000Z");
  const forced = one("repo:push", example.pushBody({ new: main, old: main, forced: true }));
  assert.ok(forced.type === "branch.pushed" && forced.isForced);
});

test("parses created and deleted branches and tags from one push", () => {
  const events = read(
    "repo:push",
    example.pushBody(
      { new: example.ref("branch", "new"), created: true },
      { new: example.ref("tag", "v1"), created: true },
      { old: example.ref("branch", "old"), closed: true },
      { old: example.ref("tag", "v0"), closed: true },
      {},
    ),
  );
  assert.deepEqual(
    events.map((event) =>
      "ref" in event
        ? [event.type, event.refType, event.ref]
        : [event.type, "branch" in event && event.branch],
    ),
    [
      ["ref.created", "branch", "new"],
      ["branch.pushed", "new"],
      ["ref.created", "tag", "v1"],
      ["ref.deleted", "branch", "old"],
      ["ref.deleted", "tag", "v0"],
    ],
  );
});

test("parses finished builds and pipelines as checks, and ignores started ones", () => {
  const build = one("repo:commit_status_created", example.statusBody("FAILED"));
  assert.ok(build.type === "check.completed");
  assert.deepEqual(
    [build.name, build.kind, build.conclusion, build.sha, build.branch],
    ["Unit Tests (Python)", "check", "failed", example.sha, "tembo/fix"],
  );
  const url = "https://bitbucket.org/acme/app/pipelines/results/12";
  const pipeline = one(
    "repo:commit_status_updated",
    example.statusBody("SUCCESSFUL", { url, refname: null }),
  );
  assert.ok(pipeline.type === "check.completed");
  assert.deepEqual([pipeline.kind, pipeline.conclusion, pipeline.branch], ["pipeline", "passed", null]);
  const stopped = one("repo:commit_status_updated", example.statusBody("STOPPED"));
  assert.ok(stopped.type === "check.completed" && stopped.conclusion === "cancelled");
  assert.deepEqual(read("repo:commit_status_created", example.statusBody("INPROGRESS")), []);
});

test("parses renamed, changed, transferred and deleted repositories", () => {
  const renamed = { name: { new: "The App", old: "Old" }, full_name: { new: "acme/app", old: "acme/old" } };
  assert.equal(one("repo:updated", example.updatedBody(renamed)).type, "repository.renamed");
  const described = { description: { new: "New", old: "Old" } };
  assert.equal(one("repo:updated", example.updatedBody(described)).type, "repository.changed");
  assert.equal(one("repo:transfer", example.transferBody()).type, "repository.renamed");
  assert.equal(one("repo:deleted", example.deletedBody()).type, "repository.deleted");
});

test("ignores unknown events", () => {
  for (const key of [
    "issue:created",
    "repo:fork",
    "pullrequest:unapproved",
    "toString",
    "constructor",
    "__proto__",
  ]) {
    assert.deepEqual(read(key, { anything: true }), [], key);
  }
});

test("rejects a payload without the repository, for every kind of event", () => {
  const examples: [string, Record<string, unknown>][] = [
    ["pullrequest:created", example.pullBody()],
    ["pullrequest:comment_created", example.commentBody()],
    ["pullrequest:approved", example.approvalBody()],
    ["repo:push", example.pushBody({ new: example.ref("tag", "v1") })],
    ["repo:commit_status_created", example.statusBody("FAILED")],
    ["repo:updated", example.updatedBody({})],
  ];
  for (const [key, body] of examples) {
    assert.equal(read(key, body).length, 1);
    for (const wrong of [{ ...body, repository: undefined }, { ...body, repository: 5 }, {}, []]) {
      assert.throws(
        () => read(key, wrong),
        (error) => error instanceof AppError && error.code === "invalid_input",
        `${key} ${JSON.stringify(wrong)}`,
      );
    }
  }
});

test("identifies a delivery by its request ID, regardless of the attempt", () => {
  const headers = {
    "x-event-key": "repo:push",
    "x-request-uuid": "r1",
    "x-hook-uuid": "h1",
    "x-attempt-number": "2",
  };
  assert.deepEqual(adapter.identifyWebhook({ headers }), { deliveryId: "r1", eventName: "repo:push" });
  assert.deepEqual(
    adapter.identifyWebhook({ headers: { ...headers, "x-attempt-number": "1" } }).deliveryId,
    "r1",
  );
  assert.equal(adapter.identifyWebhook({ headers: { "x-event-key": "repo:push" } }).deliveryId, null);
  for (const other of [{}, { "x-gitea-event": "push" }, { "x-request-uuid": "r1" }]) {
    assert.throws(
      () => adapter.identifyWebhook({ headers: other as Record<string, string> }),
      (error) => error instanceof AppError && error.code === "invalid_input",
    );
  }
});

test("accepts only the signature of the exact bytes", () => {
  const secret = "a-secret";
  const body = Buffer.from('{"a":"🐘"}');
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const verify = (value: string, signed = body) =>
    adapter.verifyWebhook({ headers: { "x-hub-signature": value }, body: signed }, secret);
  assert.equal(verify(`sha256=${signature}`), true);
  const wrong = [
    "",
    signature,
    `sha1=${signature}`,
    `sha256=${signature}0`,
    `sha256=${signature.slice(1)}`,
    "sha256=",
  ];
  for (const value of wrong) assert.equal(verify(value), false, value);
  assert.equal(verify(`sha256=${signature}`, Buffer.from("{}")), false);
  const empty = createHmac("sha256", "").update(body).digest("hex");
  const unsigned = { headers: { "x-hub-signature": `sha256=${empty}` }, body };
  assert.equal(adapter.verifyWebhook(unsigned, ""), false);
});

test("parses or rejects a malformed request, and throws no other error", () => {
  const examples: readonly [string, object][] = [
    ["pullrequest:created", example.pullBody()],
    ["pullrequest:comment_created", example.commentBody({ inline: { path: "a", to: 1 }, parent: { id: 3 } })],
    ["pullrequest:approved", example.approvalBody()],
    ["pullrequest:changes_request_created", example.changesRequestBody()],
    ["repo:push", example.pushBody({ new: example.ref("branch", "a"), old: example.ref("branch", "a") })],
    ["repo:commit_status_created", example.statusBody("FAILED")],
    ["repo:updated", example.updatedBody({ name: {} })],
    ["repo:deleted", example.deletedBody()],
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
