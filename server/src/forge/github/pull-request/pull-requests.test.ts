import assert from "node:assert/strict";
import { test } from "node:test";
import { rejects } from "../../testing/rejects.ts";
import { type FakeAnswer, startFakeGithub } from "../testing/fake-github.ts";
import { type Shown, shownAnswer } from "../testing/shown-answer.ts";

const repository = { id: "r", externalId: "1296269", owner: "octocat", name: "Hello-World" };
const input = { title: "t", body: "b", head: "new-topic", base: "master", isDraft: false };
const list = "GET /repos/{owner}/{repo}/pulls";
const make = "POST /repos/{owner}/{repo}/pulls";
const show = "GET /repos/{owner}/{repo}/pulls/{pull_number}";
const merge = "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge";
const none: FakeAnswer = { body: [] };
const invalid = (error: object | string): FakeAnswer => ({
  status: 422,
  body: { message: "Validation Failed", errors: [error], documentation_url: "https://docs.github.com" },
});
const custom = (message: string) => invalid({ resource: "PullRequest", code: "custom", message });

test("finds the pull request that a concurrent request created, even if the list includes it late", async (t) => {
  const github = await startFakeGithub(t, {
    [list]: ({ nth }) => (nth < 3 ? none : null),
    [make]: () => custom("A pull request already exists for octocat:new-topic."),
  });
  assert.equal((await github.connect().createPullRequest(repository, input))?.number, 1347);
  assert.deepEqual(github.violations, []);
});

test("reports an error if the list never includes an existing pull request", async (t) => {
  const github = await startFakeGithub(t, {
    [list]: () => none,
    [make]: () => custom("A pull request already exists for octocat:new-topic."),
  });
  await rejects(github.connect().createPullRequest(repository, input), "forge_failed", /already exists/);
  assert.equal(github.requests.length, 6);
});

test("returns null if the head has no commits that the base lacks", async (t) => {
  const github = await startFakeGithub(t, {
    [list]: () => none,
    [make]: () => custom("No commits between master and new-topic"),
  });
  assert.equal(await github.connect().createPullRequest(repository, input), null);
});

test("reports which branch is missing", async (t) => {
  for (const [field, branch] of [
    ["head", "new-topic"],
    ["base", "master"],
  ]) {
    const github = await startFakeGithub(t, {
      [list]: () => none,
      [make]: () => invalid({ resource: "PullRequest", field, code: "invalid" }),
    });
    const words = new RegExp(`branch "${branch}" does not exist in octocat/Hello-World`);
    await rejects(github.connect().createPullRequest(repository, input), "forge_failed", words);
  }
});

test("creates a regular pull request if the repository does not support drafts", async (t) => {
  const github = await startFakeGithub(t, {
    [list]: () => none,
    [make]: ({ body }) =>
      (body as { draft: boolean }).draft
        ? custom("Draft pull requests are not supported in this repository.")
        : null,
  });
  assert.ok(await github.connect().createPullRequest(repository, { ...input, isDraft: true }));
});

test("ignores a different branch in an unfiltered list, and a branch of a deleted fork", async (t) => {
  const [shown] = shownAnswer(list) as Shown[];
  const github = await startFakeGithub(t, {
    [list]: () => ({ body: [{ ...shown, head: { ...(shown?.head as Shown), repo: null } }] }),
  });
  const forge = github.connect();
  assert.equal(await forge.findPullRequest(repository, "new-topic", "master"), null);
  assert.equal(await forge.findPullRequest(repository, "other", "master"), null);
});

test("omits a person who cannot review, and requests reviews from the others", async (t) => {
  const asked: string[][] = [];
  const github = await startFakeGithub(t, {
    "POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers": ({ body }) => {
      const { reviewers } = body as { reviewers: string[] };
      asked.push(reviewers);
      return reviewers.includes("nobody")
        ? invalid("Reviews may only be requested from collaborators.")
        : null;
    },
  });
  await github.connect().updatePullRequest(repository, 1347, { reviewers: ["hubot", "nobody", "ada"] });
  assert.deepEqual(asked, [["hubot", "nobody", "ada"], ["hubot"], ["nobody"], ["ada"]]);
  assert.deepEqual(github.violations, []);
});

test("reports a moved head and a merge conflict as conflicts with distinct messages", async (t) => {
  const refused = (status: number, message: string): FakeAnswer => ({ status, body: { message } });
  const github = await startFakeGithub(t, {
    [merge]: ({ nth }) =>
      nth === 1
        ? refused(409, "Head branch was modified. Review and try the merge again.")
        : refused(405, "Pull Request is not mergeable"),
  });
  const forge = github.connect();
  const how = { method: "merge", headSha: "6dcb09b5b57875f334f61aebed695e2e4193db5e" } as const;
  await rejects(forge.mergePullRequest(repository, 1347, how), "conflict", /head has moved/);
  await rejects(
    forge.mergePullRequest(repository, 1347, how),
    "conflict",
    /conflicts with its base.*not mergeable/,
  );
  assert.deepEqual(github.violations, []);
});

test("treats merging a merged pull request as success", async (t) => {
  const shown = shownAnswer(show) as Shown;
  const github = await startFakeGithub(t, {
    [merge]: () => ({ status: 405, body: { message: "Pull Request is not mergeable" } }),
    [show]: () => ({ body: { ...shown, state: "closed", merged: true, merged_at: "2026-01-02T03:04:05Z" } }),
  });
  const merged = await github.connect().mergePullRequest(repository, 1347, { method: "merge", headSha: "a" });
  assert.equal(merged.sha, shown.merge_commit_sha);
});
