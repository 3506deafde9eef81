import assert from "node:assert/strict";
import { test } from "node:test";
import { rejects } from "../testing/rejects.ts";
import { makeGitea } from "./testing/gitea-under-test.ts";

const input = { title: "Fix it", body: "", head: "tembo/fix", base: "main", isDraft: false };

test("reports the scope that the token lacks", async (t) => {
  const { fake, connect } = await makeGitea(t);
  const scopes = ["read:user", "write:repository", "read:issue"];
  const { token } = fake.addAccount("narrow", "admin", scopes);
  const narrow = connect({ type: "token", token, username: null });
  const { isHealthy, message } = await narrow.test();
  assert.equal(isHealthy, false);
  assert.match(message, /lacks the scope write:issue/);
  assert.doesNotMatch(message, /write:repository/);
  const wide = fake.addAccount("wide", "admin", ["read:user", "write:repository", "write:issue"]);
  assert.equal((await connect({ type: "token", token: wide.token, username: null }).test()).isHealthy, true);
});

test("reports a token that cannot manage webhooks or push to any repository", async (t) => {
  const { fake, connect } = await makeGitea(t);
  const of = (login: string) => connect({ type: "token", token: `token-of-${login}`, username: null });
  assert.match((await of("ada").test()).message, /not an administrator of acme\/app/);
  assert.match((await of("bob").test()).message, /cannot push to any repository/);
  await rejects(
    of("ada").ensureWebhook(
      { id: "1", externalId: null, owner: fake.owner, name: fake.name },
      { url: "http://127.0.0.1:1/", secret: "x" },
    ),
    "forge_unauthorized",
    /make|list the webhooks of acme\/app/,
  );
});

test("reports Gitea's message for a rejected request", async (t) => {
  const { forge, repository, fake } = await makeGitea(t);
  await rejects(forge.deleteBranch(repository, "main"), "forge_unauthorized", /can not delete default/);
  fake.isArchived = true;
  await rejects(
    forge.comment(repository, { kind: "issue", number: 1 }, "Hello"),
    "forge_failed",
    /status 423.*is archived/,
  );
});

test("reports when a reverse proxy's rate limit resets", async (t) => {
  const { forge, repository, fake } = await makeGitea(t);
  fake.server.intercept(() => ({
    status: 429,
    body: { message: "slow" },
    headers: { "retry-after": "600" },
  }));
  await rejects(
    forge.findPullRequestByNumber(repository, 1),
    "forge_failed",
    /rate limit is exhausted until 20\d\d/,
  );
  assert.equal((await forge.test()).isHealthy, false);
  fake.server.intercept(null);
  assert.equal(await forge.findPullRequestByNumber(repository, 1), null);
});

test("rejects a response of an unexpected shape in every request", async (t) => {
  const { forge, repository, fake } = await makeGitea(t);
  const thread = { kind: "pullRequest", number: 1 } as const;
  const asks = [
    () => forge.account(),
    () => forge.findRepository(repository),
    () => forge.findBranch(repository, "main"),
    () => forge.findPullRequestByNumber(repository, 1),
    () => forge.findPullRequest(repository, "a", "b"),
    () => forge.createPullRequest(repository, input),
    () => forge.listComments(repository, thread),
    () => forge.listReviews(repository, 1),
    () => forge.checkResults(repository, "abc"),
    () => forge.findIssue(repository, 1),
    () => forge.eventsSince(repository, new Date(), AbortSignal.timeout(10_000)),
  ];
  const wrong = [
    { status: 200, body: "<html>" },
    { status: 200, body: { id: "x", statuses: 5 } },
    { status: 200, body: 7 },
  ];
  for (const reply of wrong) {
    fake.server.intercept(() => reply);
    for (const ask of asks) await rejects(ask(), "forge_failed", /has an unexpected format/);
  }
});

test("follows the redirect of a renamed repository, even for a write request", async (t) => {
  const { forge, repository, rename, writer } = await makeGitea(t);
  const number = await writer.openIssue({ title: "It breaks", body: "" });
  await rename("renamed");
  await forge.comment(repository, { kind: "issue", number }, "Still here");
  const [comment] = await forge.listComments(repository, { kind: "issue", number });
  assert.equal(comment?.body, "Still here");
});

test("denies write access to a login that now belongs to another account", async (t) => {
  const { forge, repository, writer } = await makeGitea(t);
  assert.equal(await forge.canWrite(repository, { id: "4711", login: writer.login }), false);
  assert.equal(await forge.canWrite(repository, writer), true);
});

test("adds a reaction to a review's summary through its comment", async (t) => {
  const { forge, repository, fake, writer, commit } = await makeGitea(t);
  await commit("tembo/fix");
  const { number } = (await forge.createPullRequest(repository, input))!;
  await writer.review(number, { state: "commented", body: "@tembo fix it", comments: [] });
  const thread = { kind: "pullRequest", number } as const;
  const [summary] = await forge.listComments(repository, thread);
  assert.deepEqual([summary?.kind, summary?.body], ["review", "@tembo fix it"]);
  fake.server.intercept(({ url, method }) =>
    method === "POST" && url.endsWith("/reactions") ? { status: 201, body: {} } : null,
  );
  assert.equal(await forge.react(repository, thread, summary!, "seen"), true);
  const noteId = fake.items[0]!.pull!.reviews[0]!.noteId;
  assert.ok(fake.server.asked.at(-1)?.endsWith(`/issues/comments/${noteId}/reactions`));
  assert.equal(await forge.react(repository, thread, { ...summary!, id: "told-1" }, "seen"), false);
});

test("treats a reaction that the administrator disabled as unsupported instead of failing", async (t) => {
  const { forge, repository, fake, writer } = await makeGitea(t);
  const thread = { kind: "issue", number: await writer.openIssue({ title: "It breaks", body: "" }) } as const;
  let message = "'eyes' is not an allowed reaction";
  fake.server.intercept(({ url }) =>
    url.endsWith("/reactions") ? { status: 403, body: { message } } : null,
  );
  assert.equal(await forge.react(repository, thread, null, "seen"), false);
  message = "token does not have at least one of required scope(s)";
  await rejects(forge.react(repository, thread, null, "seen"), "forge_unauthorized", /required scope/);
});

test("does not report a closed pull request as closed again after a later comment", async (t) => {
  const { forge, repository, fake, writer, commit } = await makeGitea(t);
  await commit("tembo/fix");
  const number = await writer.openPullRequest({ title: "Mine", head: "tembo/fix", base: "main" });
  await writer.close(number);
  fake.items[0]!.closedAt = "2026-01-01T00:00:00Z";
  await writer.comment({ kind: "pullRequest", number }, "Pity");
  const since = new Date(Date.now() - 60_000);
  const events = await forge.eventsSince(repository, since, AbortSignal.timeout(10_000));
  assert.deepEqual(
    events.map(({ type }) => type),
    ["comment.created"],
  );
});

test("reports an error for a merge that Gitea accepts but never shows as merged", async (t) => {
  const { forge, repository, fake, writer, commit } = await makeGitea(t);
  const headSha = await commit("tembo/fix");
  const number = await writer.openPullRequest({ title: "Mine", head: "tembo/fix", base: "main" });
  fake.server.intercept(({ url, method }) =>
    method === "POST" && url.endsWith("/merge") ? { status: 200 } : null,
  );
  const merge = () => forge.mergePullRequest(repository, number, { method: "merge", headSha });
  await rejects(merge(), "forge_failed", /does not show it as merged/);
  fake.server.intercept(null);
  assert.ok((await merge()).sha);
});

test("rejects an unexpected response to a request that creates a pull request", async (t) => {
  const { forge, repository, fake, commit } = await makeGitea(t);
  await commit("tembo/fix");
  fake.server.intercept(({ method }) => (method === "POST" ? { status: 201, body: { number: "x" } } : null));
  await rejects(forge.createPullRequest(repository, input), "forge_failed", /has an unexpected format/);
});

test("returns statuses but no logs from a Gitea without the Actions runs API", async (t) => {
  const { forge, repository, fake, commit, setCheck } = await makeGitea(t);
  const sha = await commit("tembo/fix");
  await setCheck(sha, { name: "build", state: "failed", log: "error: broken" });
  const [withRuns] = await forge.checkResults(repository, sha);
  assert.equal(withRuns?.kind, "job");
  assert.match((await forge.jobLog(repository, withRuns!, 100)) ?? "", /broken/);
  fake.hasRuns = false;
  const [check] = await forge.checkResults(repository, sha);
  assert.deepEqual([check?.kind, check?.state], ["status", "failed"]);
  assert.ok(check?.url?.startsWith(`${fake.url}/acme/app/actions/runs/`));
  assert.equal(await forge.jobLog(repository, check!, 100), null);
});

test("finds a pull request that is not on the first page", async (t) => {
  const { forge, repository, fake, writer, commit } = await makeGitea(t);
  await commit("tembo/fix");
  const number = await writer.openPullRequest({ title: "First", head: "tembo/fix", base: "main" });
  const [first] = fake.items;
  for (let at = 2; at <= 120; at++) {
    const pull = { ...first!.pull!, head: `other-${at}` };
    fake.items.push({ ...first!, id: 1000 + at, number: at, pull, updatedAt: "2099-01-01T00:00:00Z" });
  }
  assert.equal((await forge.findPullRequest(repository, "tembo/fix", "main"))?.number, number);
  assert.equal(fake.server.asked.filter((one) => /\/pulls\?/.test(one)).length, 3);
});
