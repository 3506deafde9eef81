import assert from "node:assert/strict";
import { test } from "node:test";
import type { ForgeComment } from "../../core/forges/index.ts";
import { startFakeGithub } from "./testing/fake-github.ts";

const repository = { id: "r", externalId: "1296269", owner: "octocat", name: "Hello-World" };
const pull = { kind: "pullRequest", number: 1347 } as const;
const sha = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
const comments: Pick<ForgeComment, "id" | "kind" | "threadId">[] = [
  { id: "1", kind: "comment", threadId: null },
  { id: "10", kind: "inline", threadId: "8" },
  { id: "80", kind: "review", threadId: null },
];

test("sends requests that match GitHub's API description, and parses its example responses", async (t) => {
  const github = await startFakeGithub(t, {
    "POST /api/graphql": () => ({ body: { data: {} } }),
    "DELETE /repos/{owner}/{repo}/git/refs/{ref}": () => ({ status: 204 }),
    "DELETE /repos/{owner}/{repo}/hooks/{hook_id}": () => ({ status: 204 }),
  });
  const forge = github.connect();
  const signal = AbortSignal.timeout(60_000);

  assert.equal((await forge.account()).login, "octocat");
  assert.deepEqual((await forge.rateLimit())?.core, {
    limit: 5000,
    remaining: 4999,
    used: 1,
    resetAt: new Date(1_691_591_363_000),
  });
  assert.equal((await forge.test()).isHealthy, false);
  assert.deepEqual(await forge.remote(repository), {
    kind: "https",
    url: `${github.webUrl}/octocat/Hello-World.git`,
    credential: { username: "x-access-token", password: "good" },
  });
  assert.equal((await forge.findRepository(repository))?.externalId, "1296269");
  for await (const one of forge.listRepositories(signal)) assert.equal(one.name, "Hello-World");
  assert.equal((await forge.findBranch(repository, "main"))?.isProtected, false);
  await forge.deleteBranch(repository, "tembo/fix");
  await forge.ensureWebhook(repository, { url: "https://example.com/webhook", secret: "s" });
  await forge.ensureWebhook(repository, { url: "https://tembo.example.com/api/webhook/github", secret: "s" });
  await forge.removeWebhook(repository, { url: "https://example.com/webhook" });
  await forge.eventsSince(repository, new Date("2011-01-01"), signal);

  const found = await forge.findPullRequest(repository, "new-topic", "master");
  assert.deepEqual([found?.number, found?.labels, found?.author?.login], [1347, ["bug"], "octocat"]);
  assert.equal((await forge.findPullRequestByNumber(repository, 1347))?.mergeability, "mergeable");
  const input = { title: "t", body: "b", head: "new-topic", base: "main", isDraft: true };
  assert.equal((await forge.createPullRequest(repository, input))?.number, 1347);
  const change = {
    title: "t",
    body: "",
    base: "x",
    status: "closed",
    isDraft: true,
    labels: ["a"],
    reviewers: ["b"],
  } as const;
  assert.equal((await forge.updatePullRequest(repository, 1347, change)).number, 1347);
  assert.ok((await forge.mergePullRequest(repository, 1347, { method: "squash", headSha: sha })).sha);
  assert.deepEqual(
    (await forge.listReviews(repository, 1347)).map(({ state }) => state),
    ["approved"],
  );
  assert.equal((await forge.findIssue(repository, 1347))?.title, "Found a bug");

  const listed = await forge.listComments(repository, pull);
  assert.deepEqual(listed.map(({ kind }) => kind).sort(), ["comment", "inline", "review"]);
  assert.equal((await forge.comment(repository, pull, "hi")).body, "Me too");
  assert.equal((await forge.replyInline(repository, 1347, comments[1]!, "hi")).kind, "inline");
  for (const comment of [...comments, null]) {
    if (comment !== null) await forge.updateComment(repository, pull, comment, "hi");
    for (const reaction of ["seen", "done", "refused"] as const) {
      assert.equal(await forge.react(repository, pull, comment, reaction), true);
    }
  }
  assert.equal(await forge.canWrite(repository, { id: "1", login: "octocat" }), true);
  assert.equal(await forge.canWrite(repository, { id: "2", login: "octocat" }), false);
  assert.ok((await forge.checkResults(repository, sha)).length >= 2);
  assert.equal(forge.signer, null);

  assert.deepEqual(github.violations, []);
});

test("replies to an inline comment through the first comment of its thread", async (t) => {
  const github = await startFakeGithub(t);
  await github.connect().replyInline(repository, 7, { id: "10", threadId: "8" }, "hi");
  assert.deepEqual(github.asked(), ["POST /repos/octocat/Hello-World/pulls/7/comments/8/replies"]);
});

test("sends no request when a webhook is created or removed for an App", async (t) => {
  const github = await startFakeGithub(t);
  const forge = github.connect({
    type: "githubApp",
    appId: "1",
    slug: "tembo",
    privateKey: "none",
    clientId: "",
    clientSecret: "",
    installationId: "2",
  });
  await forge.ensureWebhook(repository, { url: "https://example.com", secret: "s" });
  await forge.removeWebhook(repository, { url: "https://example.com" });
  assert.deepEqual(github.requests, []);
});
