import assert from "node:assert/strict";
import { test } from "node:test";
import { rejects } from "../../testing/rejects.ts";
import { type GitlabUnderTest, gitlabUnderTest } from "../testing/fake-under-test.ts";
import { titleWithDraft, titleWithoutDraft, toMergeability } from "./merge-request.ts";

const input = { title: "Fix it", body: "", head: "tembo/fix", base: "main", isDraft: false };

async function opened(t: import("node:test").TestContext, isDraft = false, level = 40) {
  const it = await gitlabUnderTest(t, { level });
  const headSha = await it.commit("tembo/fix", "fix.txt");
  const made = (await it.forge.createPullRequest(it.repository, { ...input, isDraft }))!;
  return { ...it, headSha, number: made.number };
}

const newestMergeRequest = ({ project }: Pick<GitlabUnderTest, "project">) => project.mergeRequests.at(-1)!;

test("keeps the draft state when the title changes, and hides the draft prefix", async (t) => {
  const it = await opened(t, true);
  assert.equal(newestMergeRequest(it).title, "Draft: Fix it");
  const renamed = await it.forge.updatePullRequest(it.repository, it.number, { title: "Mend it" });
  assert.deepEqual(
    [renamed.title, renamed.isDraft, newestMergeRequest(it).title],
    ["Mend it", true, "Draft: Mend it"],
  );
  await it.forge.updatePullRequest(it.repository, it.number, { isDraft: false, title: "Draft: Mend it" });
  assert.equal(newestMergeRequest(it).title, "Mend it");
});

test("recognizes every form of the draft prefix, but not similar titles", () => {
  for (const title of ["Draft: Fix", "draft:Fix", "[Draft] Fix", "(draft) Fix", "Draft: [DRAFT] Fix"]) {
    assert.equal(titleWithoutDraft(title), "Fix", title);
    assert.equal(titleWithDraft(title, true), "Draft: Fix", title);
  }
  for (const title of ["Drafts: list", "Draft the letter", "Fix Draft: mode"]) {
    assert.equal(titleWithoutDraft(title), title);
  }
});

test("sends no update if nothing changes", async (t) => {
  const { forge, repository, number, fake } = await opened(t);
  fake.asked.length = 0;
  await forge.updatePullRequest(repository, number, { title: "Fix it", status: "open", labels: [] });
  assert.deepEqual(
    fake.asked.filter((asked) => asked.startsWith("PUT")),
    [],
  );
});

test("adds new reviewers and keeps the existing ones", async (t) => {
  const it = await opened(t);
  const { forge, repository, number, writer, reader } = it;
  await forge.updatePullRequest(repository, number, { reviewers: [writer.login] });
  await forge.updatePullRequest(repository, number, { reviewers: [reader.login, writer.login] });
  assert.deepEqual([...newestMergeRequest(it).reviewers.keys()].map(String), [writer.id, reader.id]);
});

test("returns a review for a reviewer who requested changes", async (t) => {
  const { forge, repository, number, writer } = await opened(t);
  await writer.review(number, { state: "changesRequested", body: "Not yet", comments: [] });
  const reviews = await forge.listReviews(repository, number);
  assert.deepEqual(
    reviews.map(({ id, state }) => [id, state]),
    [[`changesRequested-${writer.id}`, "changesRequested"]],
  );
});

test("does not merge a draft, and explains how to proceed", async (t) => {
  const { forge, repository, number, headSha } = await opened(t, true);
  const merged = forge.mergePullRequest(repository, number, { method: "merge", headSha });
  await rejects(merged, "conflict", /it is a draft\. Mark it as ready first/);
});

test("reports a base branch to which the role cannot push as a missing permission", async (t) => {
  const { forge, repository, number, headSha, protect } = await opened(t, false, 30);
  await protect("main");
  const merged = forge.mergePullRequest(repository, number, { method: "merge", headSha });
  await rejects(merged, "forge_unauthorized", /cannot push to the base branch/);
});

test("does not merge a closed pull request", async (t) => {
  const { forge, repository, number, headSha } = await opened(t);
  await forge.updatePullRequest(repository, number, { status: "closed" });
  const merged = forge.mergePullRequest(repository, number, { method: "merge", headSha });
  await rejects(merged, "conflict", /it is closed/);
});

test("does not merge if the head has moved since it was read", async (t) => {
  const { forge, repository, number, headSha, fake, commit } = await opened(t);
  fake.interrupt = (asked) => {
    if (asked.endsWith("/merge")) return { status: 409, body: { message: "SHA does not match HEAD" } };
    return null;
  };
  const merged = forge.mergePullRequest(repository, number, { method: "squash", headSha });
  await rejects(merged, "conflict", /its head has moved/);
  fake.interrupt = null;
  await commit("tembo/fix", "more.txt");
  assert.equal((await forge.findPullRequestByNumber(repository, number))?.status, "open");
});

test("rebases first if the project requires it, and merges the rebased head", async (t) => {
  const { forge, repository, number, headSha, fake, project } = await opened(t);
  const shown = {
    ...(await fetchMergeRequest(fake.apiUrl, project.id, number, fake.addToken(fake.users[0]!))),
  };
  let isRebased = false;
  fake.interrupt = (asked) => {
    const isShow = asked === `GET projects/${project.id}/merge_requests/${number}`;
    if (asked.endsWith("/rebase")) {
      isRebased = true;
      return { status: 202, body: { rebase_in_progress: true } };
    }
    if (!isShow) return null;
    const status = isRebased ? "mergeable" : "need_rebase";
    return { body: { ...shown, detailed_merge_status: status, rebase_in_progress: false } };
  };
  const asMerge = forge.mergePullRequest(repository, number, { method: "merge", headSha });
  await rejects(asMerge, "conflict", /requires a rebase first/);
  assert.equal(isRebased, false);
  const merged = await forge.mergePullRequest(repository, number, { method: "rebase", headSha });
  assert.deepEqual([isRebased, typeof merged.sha], [true, "string"]);
  assert.equal(project.mergeRequests[0]?.state, "merged");
});

test("maps GitLab's merge status to mergeable, conflicting, blocked or unknown", () => {
  assert.equal(toMergeability("mergeable"), "mergeable");
  assert.equal(toMergeability("conflict"), "conflicting");
  for (const rule of ["draft_status", "ci_must_pass", "not_approved", "need_rebase", "a_new_rule"]) {
    assert.equal(toMergeability(rule), "blocked", rule);
  }
  for (const early of [undefined, "unchecked", "checking", "preparing"]) {
    assert.equal(toMergeability(early), "unknown");
  }
});

async function fetchMergeRequest(apiUrl: string, project: number, number: number, token: string) {
  const headers = { "private-token": token };
  const shown = await fetch(`${apiUrl}/projects/${project}/merge_requests/${number}`, { headers });
  return (await shown.json()) as object;
}
