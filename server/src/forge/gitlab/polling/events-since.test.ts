import assert from "node:assert/strict";
import { test } from "node:test";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { gitlabUnderTest } from "../testing/fake-under-test.ts";

test("returns all events in order, with their actors", async (t) => {
  const it = await gitlabUnderTest(t);
  const { forge, repository, writer, commit } = it;
  const since = new Date(Date.now() - 60_000);
  await commit("tembo/fix", "fix.txt");
  const number = await writer.openPullRequest({ title: "Mine", head: "tembo/fix", base: "main" });
  const issue = await writer.openIssue({ title: "It breaks", body: "" });
  await writer.comment({ kind: "issue", number: issue }, "Any news?");
  await writer.review(number, {
    state: "approved",
    body: "",
    comments: [{ path: "fix.txt", line: 1, body: "Nice" }],
  });
  const sha = await commit("tembo/fix", "more.txt");
  await it.setCheck(sha, { name: "build", state: "failed", log: "broken" });
  await writer.merge(number);

  const events = await forge.eventsSince(repository, since, AbortSignal.timeout(60_000));
  const times = events.map(({ at }) => at.getTime());
  assert.deepEqual(times, times.toSorted());
  const found = <T extends ForgeEvent["type"]>(type: T) =>
    events.filter((event): event is ForgeEvent & { readonly type: T } => event.type === type);
  assert.equal(found("pullRequest.opened")[0]?.actor?.login, writer.login);
  assert.equal(found("pullRequest.synchronized").length, 1);
  assert.equal(found("pullRequest.merged")[0]?.pullRequest.status, "merged");
  assert.equal(found("issue.opened")[0]?.issue.number, issue);
  assert.deepEqual(
    found("comment.created").map(({ thread, comment }) => [thread.kind, comment.kind, comment.body]),
    [
      ["issue", "comment", "Any news?"],
      ["pullRequest", "inline", "Nice"],
    ],
  );
  assert.ok(found("comment.created")[1]?.comment.threadId);
  assert.deepEqual(
    found("review.submitted").map(({ review }) => [review.state, review.id]),
    [["approved", `approved-${writer.id}`]],
  );
  assert.deepEqual(
    found("check.completed").map(({ conclusion, kind, ...check }) => [conclusion, kind, check.sha]),
    [["failed", "pipeline", sha]],
  );
  assert.ok(found("ref.created").some(({ ref }) => ref === "tembo/fix"));
  assert.deepEqual(
    new Set(events.map((event) => ("repository" in event ? event.repository.externalId : ""))),
    new Set([repository.externalId]),
  );
});

test("reports a changed merge request as an update without an actor", async (t) => {
  const { forge, repository, writer, commit, project } = await gitlabUnderTest(t);
  await commit("tembo/fix", "fix.txt");
  const number = await writer.openPullRequest({ title: "Mine", head: "tembo/fix", base: "main" });
  const since = new Date(Date.now() + 1_000);
  project.mergeRequests[0]!.updatedAt = new Date(Date.now() + 2_000);
  const events = await forge.eventsSince(repository, since, AbortSignal.timeout(60_000));
  assert.deepEqual(
    events.map((event) => [event.type, event.actor, "pullRequest" in event && event.pullRequest.number]),
    [["pullRequest.updated", null, number]],
  );
});

test("stops polling when aborted", async (t) => {
  const { forge, repository } = await gitlabUnderTest(t);
  const asked = forge.eventsSince(repository, new Date(0), AbortSignal.abort());
  await assert.rejects(asked, { name: "AbortError" });
});
