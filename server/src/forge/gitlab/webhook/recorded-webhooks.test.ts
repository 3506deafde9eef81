import assert from "node:assert/strict";
import { test } from "node:test";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { changed, recorded, recordedNames, recordedSystemNames } from "../testing/recorded.ts";
import { readWebhook } from "./read-webhook.ts";

/** Recording that was edited by hand before it was added to the corpus. It contains the key "iid " with a space, and no project ID. */
const damaged = "group_merge_request";
const intact = recordedNames.filter((name) => name !== damaged);

const one = <T extends ForgeEvent["type"]>(name: string, type: T) => {
  const events = readWebhook(recorded(name));
  assert.deepEqual(
    events.map((event) => event.type),
    [type],
  );
  return events[0] as ForgeEvent & { readonly type: T };
};

test("parses every recorded payload, and ignores the kinds that Tembo does not need", () => {
  assert.ok(recordedNames.length >= 21, String(recordedNames.length));
  const types = Object.fromEntries(
    intact.map((name) => [name, readWebhook(recorded(name)).map(({ type }) => type)]),
  );
  assert.deepEqual(types, {
    build: [],
    deployment: [],
    feature_flag: [],
    issue: ["issue.opened"],
    job: ["check.completed"],
    member: [],
    merge_request: ["pullRequest.opened"],
    note_commit: [],
    note_issue: ["comment.created"],
    note_merge_request: ["comment.created"],
    note_snippet: [],
    pipeline: ["check.completed"],
    push: ["branch.pushed"],
    release: ["release.published"],
    resource_access_token_group: [],
    resource_access_token_project: [],
    service_merge_request: ["pullRequest.synchronized"],
    subgroup: [],
    tag_push: ["ref.created"],
    wiki_page: [],
  });
});

test("rejects the one corrupted recording", () => {
  assert.throws(() => readWebhook(recorded(damaged)), { code: "invalid_input" });
});

test("ignores system hooks, which apply to the whole instance", () => {
  assert.ok(recordedSystemNames.length >= 20);
  for (const name of recordedSystemNames) {
    assert.deepEqual(readWebhook(recorded(name, "systemhooks")), [], name);
  }
});

test("parses a recorded merge request as a pull request", () => {
  const { pullRequest, repository, actor, at } = one("merge_request", "pullRequest.opened");
  assert.deepEqual(repository, {
    externalId: "1",
    owner: "gitlabhq",
    name: "gitlab-test",
    url: "http://example.com/gitlabhq/gitlab-test",
  });
  assert.equal(actor?.login, "user1");
  assert.equal(at.toISOString(), "2013-12-03T17:23:34.000Z");
  const { author, reviewRequests, createdAt, updatedAt, ...rest } = pullRequest;
  assert.deepEqual(
    reviewRequests.users?.map(({ login }) => login),
    ["user1"],
  );
  assert.deepEqual(rest, {
    number: 1,
    externalId: "99",
    url: "http://example.com/diaspora/merge_requests/1",
    title: "MS-Viewport",
    body: "",
    status: "open",
    isDraft: false,
    head: "ms-viewport",
    base: "master",
    headSha: "da1560886d4f094c3e6c9ef40349f7d38b5d27d7",
    isFromFork: false,
    labels: ["API"],
    mergeability: "mergeable",
    mergedAt: null,
  });
  // The webhook contains the actor, but only the ID of the author, who is another user.
  assert.equal(author, null);
});

test("parses a recorded note as a comment", () => {
  const { thread, comment, actor } = one("note_merge_request", "comment.created");
  assert.deepEqual(thread, { kind: "pullRequest", number: 1 });
  assert.deepEqual(
    [comment.id, comment.kind, comment.body, comment.place, comment.author.login, actor?.login],
    ["1244", "comment", "This MR needs work.", null, "root", "root"],
  );
  assert.equal(comment.createdAt.toISOString(), "2015-05-17T18:21:36.000Z");
  assert.deepEqual(one("note_issue", "comment.created").thread, { kind: "issue", number: 17 });
});

test("parses recorded pipelines and jobs as checks", () => {
  const pipeline = one("pipeline", "check.completed");
  assert.deepEqual(
    [pipeline.kind, pipeline.conclusion, pipeline.sha, pipeline.branch, pipeline.name],
    ["pipeline", "passed", "bcbb5ec396a2c0f828686f14fac9b80b780504f2", "master", "pipeline"],
  );
  assert.equal(pipeline.url, "http://192.168.64.1:3005/gitlab-org/gitlab-test/-/pipelines/31");
  const job = one("job", "check.completed");
  assert.deepEqual(
    [job.kind, job.conclusion, job.name, job.branch, job.repository],
    [
      "check",
      "passed",
      "auto_deploy:start",
      "main",
      {
        externalId: "31537070",
        owner: "jsmithy2",
        name: "release-tools-fake",
        url: "https://gitlab.com/jsmithy2/release-tools-fake",
      },
    ],
  );
  assert.equal(job.url, "https://gitlab.com/jsmithy2/release-tools-fake/-/jobs/2147483647");
});

test("parses recorded pushes, tags, releases and issues", () => {
  const push = one("push", "branch.pushed");
  assert.deepEqual(
    [push.branch, push.sha, push.actor?.login, push.repository.externalId],
    ["master", "da1560886d4f094c3e6c9ef40349f7d38b5d27d7", "jsmith", "15"],
  );
  const tag = one("tag_push", "ref.created");
  assert.deepEqual([tag.refType, tag.ref], ["tag", "v1.0.0"]);
  const release = one("release", "release.published");
  assert.deepEqual([release.tag, release.name], ["1.0.0", "1.0.0"]);
  const issue = one("issue", "issue.opened");
  assert.deepEqual([issue.issue.number, issue.issue.status, issue.issue.labels], [23, "open", ["API"]]);
});

test("parses the changed title and action of a recording", () => {
  type Body = { object_attributes: { title: string; action: string } };
  const renamed = changed(recorded("merge_request"), (body: Body) => {
    body.object_attributes.title = "[Draft] Draft: MS";
    body.object_attributes.action = "close";
  });
  const [event] = readWebhook(renamed);
  assert.equal(event?.type, "pullRequest.closed");
  assert.ok(event?.type === "pullRequest.closed" && event.pullRequest.title === "MS");
});
