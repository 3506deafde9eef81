import assert from "node:assert/strict";
import { test } from "node:test";
import { httpsRemote } from "../testing/https-remote.ts";
import { rejects } from "../testing/rejects.ts";
import { makeBitbucket } from "./testing/bitbucket-under-test.ts";

const input = { title: "Fix it", body: "", head: "tembo/fix", base: "main", isDraft: false };

test("reports missing scopes by the names that each kind of token uses", async (t) => {
  const { fake, connect } = await makeBitbucket(t);
  const of = (name: string, scopes: readonly string[]) => {
    const { token } = fake.addAccount(name, "admin", scopes);
    return connect({ type: "token", token, username: null }).test();
  };
  const narrow = await of("narrow", ["account", "pullrequest:write", "pipeline"]);
  assert.equal(narrow.isHealthy, false);
  assert.match(
    narrow.message,
    /lacks webhook \(.*\); repository:admin \(for an API token: admin:repository:bitbucket\)/,
  );
  assert.doesNotMatch(narrow.message, /repository:write|lacks account/);
  const nameless = await of("nameless", ["repository:admin", "pullrequest:write", "webhook", "pipeline"]);
  assert.match(nameless.message, /lacks account \(for an API token: read:user:bitbucket\)/);
  const classic = [
    "account",
    "repository:admin",
    "repository:write",
    "pullrequest:write",
    "webhook",
    "pipeline",
  ];
  assert.equal((await of("classic", classic)).isHealthy, true);
});

test("reports Bitbucket's message for a rejected request, and when a rate limit resets", async (t) => {
  const { forge, repository, fake, connect } = await makeBitbucket(t);
  await rejects(forge.deleteBranch(repository, "main"), "forge_failed", /Cannot delete the main branch/);
  const { token } = fake.addAccount("scoped", "admin", ["repository"]);
  const scoped = connect({ type: "token", token, username: null });
  await rejects(scoped.account(), "forge_unauthorized", /privilege scopes\. Required scopes: account\./);
  const reset = String(Math.floor(Date.now() / 1000) + 1800);
  const message = "Rate limit for this resource has been exceeded";
  fake.server.intercept(() => ({
    status: 429,
    body: { type: "error", error: { message } },
    headers: { "x-ratelimit-reset": reset },
  }));
  await rejects(
    forge.findPullRequestByNumber(repository, 1),
    "forge_failed",
    /rate limit is exhausted until 20\d\d.*exceeded/,
  );
  fake.server.intercept(() => ({ status: 429, body: { type: "error", error: { message } } }));
  await rejects(forge.findPullRequestByNumber(repository, 1), "forge_failed", /status 429.*exceeded/);
});

test("rejects a response of an unexpected shape in every request", async (t) => {
  const { forge, repository, fake } = await makeBitbucket(t);
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
    () => forge.canWrite(repository, { id: "{x}", login: "x" }),
    () => forge.eventsSince(repository, new Date(), AbortSignal.timeout(10_000)),
  ];
  const wrong = [
    { status: 200, body: "<html>" },
    { status: 200, body: { id: "x", values: 5 } },
    { status: 200, body: 7 },
  ];
  for (const reply of wrong) {
    fake.server.intercept(() => reply);
    for (const ask of asks) await rejects(ask(), "forge_failed", /has an unexpected format/);
  }
});

test("does not request a next page from another host", async (t) => {
  const { forge, repository, fake } = await makeBitbucket(t);
  const page = { values: [], next: "http://127.0.0.1:1/2.0/x" };
  fake.server.intercept(() => ({ status: 200, body: page }));
  await rejects(forge.findPullRequest(repository, "a", "b"), "forge_failed", /a different host/);
});

test("creates a new pull request instead of reopening a declined one", async (t) => {
  const { forge, repository, commit } = await makeBitbucket(t);
  await commit("tembo/fix");
  const { number } = (await forge.createPullRequest(repository, input))!;
  await forge.updatePullRequest(repository, number, { status: "closed" });
  await rejects(forge.updatePullRequest(repository, number, { status: "open" }), "conflict", /final/);
  const again = await forge.createPullRequest(repository, input);
  assert.notEqual(again?.number, number);
});

test("adds reviewers by nickname, and keeps them in later updates", async (t) => {
  const { forge, repository, fake, writer, reader, commit } = await makeBitbucket(t);
  await commit("tembo/fix");
  const { number } = (await forge.createPullRequest(repository, input))!;
  await forge.updatePullRequest(repository, number, { reviewers: [writer.login, "nobody", "tembo"] });
  await forge.updatePullRequest(repository, number, { title: "Other", reviewers: [reader.login] });
  await forge.updatePullRequest(repository, number, { body: "New" });
  assert.deepEqual(
    fake.pulls[0]?.reviewers.map(({ nickname }) => nickname),
    [writer.login, reader.login],
  );
  fake.addAccount("ada", "write");
  const asked = fake.server.asked.length;
  await forge.updatePullRequest(repository, number, { reviewers: ["ada"] });
  assert.ok(!fake.server.asked.slice(asked).some((one) => one.startsWith("PUT")));
});

test("returns the existing open pull request instead of overwriting it", async (t) => {
  const { forge, repository, fake, commit } = await makeBitbucket(t);
  await commit('odd"branch\\name'.replace("\\", "-"));
  const odd = { ...input, head: 'odd"branch-name' };
  const first = await forge.createPullRequest(repository, odd);
  const again = await forge.createPullRequest(repository, { ...odd, title: "Other" });
  assert.deepEqual([again?.number, again?.title], [first?.number, "Fix it"]);
  assert.equal(fake.server.asked.filter((one) => /^POST .*\/pullrequests$/.test(one)).length, 1);
});

test("returns the full head SHA and the latest comments of a long thread", async (t) => {
  const { forge, repository, commit, writer, fake } = await makeBitbucket(t);
  const headSha = await commit("tembo/fix");
  const { number } = (await forge.createPullRequest(repository, input))!;
  assert.equal((await forge.findPullRequestByNumber(repository, number))?.headSha, headSha);
  const thread = { kind: "pullRequest", number } as const;
  await writer.comment(thread, "first");
  const [note] = fake.pulls[0]!.notes;
  for (let id = 1000; id < 1600; id++) {
    fake.pulls[0]!.notes.push({
      ...note!,
      id,
      raw: `${id}`,
      createdAt: new Date(Date.now() + id).toISOString(),
    });
  }
  const comments = await forge.listComments(repository, thread);
  assert.deepEqual([comments.length, comments[0]?.body, comments.at(-1)?.body], [500, "1100", "1599"]);
});

test("marks a branch as protected if its name matches the glob", async (t) => {
  const { forge, repository, commit, protect } = await makeBitbucket(t);
  await commit("release/1.0");
  await commit("prerelease/1.0");
  await protect("release/*");
  await protect("*-stable");
  assert.equal((await forge.findBranch(repository, "release/1.0"))?.isProtected, true);
  assert.equal((await forge.findBranch(repository, "prerelease/1.0"))?.isProtected, false);
});

test("gives git the username that each kind of token requires", async (t) => {
  const { repository, connect } = await makeBitbucket(t);
  const nameFor = async (username: string | null) => {
    const { credential } = await httpsRemote(connect({ type: "token", token: "t", username }), repository);
    return [credential?.username, credential?.password];
  };
  assert.deepEqual(await nameFor(null), ["x-token-auth", "t"]);
  assert.deepEqual(await nameFor("ada@example.com"), ["x-bitbucket-api-token-auth", "t"]);
  assert.deepEqual(await nameFor("ada"), ["ada", "t"]);
});

test("sends a token with a username as Basic authentication, and one without as Bearer", async (t) => {
  const { connect, fake } = await makeBitbucket(t);
  const seen: (string | undefined)[] = [];
  fake.server.intercept(({ headers }) => {
    seen.push(headers.authorization);
    return null;
  });
  const token = "token-of-ada";
  assert.equal((await connect({ type: "token", token, username: "ada@example.com" }).account()).login, "ada");
  assert.equal((await connect({ type: "token", token, username: null }).account()).login, "ada");
  assert.deepEqual(seen, [
    `Basic ${Buffer.from(`ada@example.com:${token}`).toString("base64")}`,
    `Bearer ${token}`,
  ]);
});

test("uses the same ID for a review in events and in lists", async (t) => {
  const { forge, repository, writer, reader, commit } = await makeBitbucket(t);
  await commit("tembo/fix");
  const { number } = (await forge.createPullRequest(repository, input))!;
  const since = new Date(Date.now() - 60_000);
  await writer.review(number, { state: "approved", body: "", comments: [] });
  await reader.review(number, { state: "changesRequested", body: "", comments: [] });
  const reviews = await forge.listReviews(repository, number);
  const events = await forge.eventsSince(repository, since, AbortSignal.timeout(10_000));
  const reviewIds = events.flatMap((event) => (event.type === "review.submitted" ? [event.review.id] : []));
  assert.deepEqual(
    reviewIds,
    reviews.map(({ id }) => id),
  );
  assert.equal(new Set(reviewIds).size, 2);
});
