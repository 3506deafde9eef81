import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import type { PullRequestFilter, Repository, Reviewer } from "../../../core/forges/index.ts";
import { overlap } from "../../../testing/race.ts";
import { idAt, readPagesOfTwo } from "../../../testing/test-pages.ts";
import { aPullRequest, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
let repository: Repository;
before(async () => {
  t = await openTestStore();
  repository = await t.addRepository();
});
after(() => t.drop());

let number = 100;
const observed = (change: Partial<Parameters<typeof aPullRequest>[0]> = {}) =>
  aPullRequest({
    organizationId: t.organizationId,
    repositoryId: repository.id,
    sessionId: null,
    // IDs that are created in the same millisecond have no order.
    id: newId(someTime.getTime() + number),
    number: number++,
    ...change,
  });
const aUser = (login: string, id = "1") => ({
  ...{ id, login, name: null, email: null, avatarUrl: null, profileUrl: null, isBot: false },
});
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

test("replaces a pull request with newer data and ignores older data", async () => {
  const first = observed({ title: "One", forgeUpdatedAt: at(10) });
  assert.equal(await t.store.pullRequests.observe(first), true);
  const later = { ...first, title: "Two", status: "closed" as const, forgeUpdatedAt: at(20) };
  assert.equal(await t.store.pullRequests.observe(later), true);
  assert.equal(
    await t.store.pullRequests.observe({ ...first, title: "Stale", forgeUpdatedAt: at(15) }),
    false,
  );
  const found = await t.store.pullRequests.findByNumber(repository.id, first.number);
  assert.deepEqual([found?.title, found?.status, found?.id], ["Two", "closed", first.id]);
});

test("keeps Tembo's own fields when the forge updates a pull request", async () => {
  const session = await t.addSession({}, [repository]);
  const lease = await t.startTurn(session.id);
  const mine = observed({ sessionId: session.id, additions: 7, forgeUpdatedAt: at(1) });
  await t.store.pullRequests.save(lease, mine);
  await t.store.pullRequests.observe({ ...mine, sessionId: null, additions: 0, forgeUpdatedAt: at(2) });
  const found = await t.store.pullRequests.findByNumber(repository.id, mine.number);
  assert.deepEqual([found?.sessionId, found?.additions], [session.id, 7]);
});

test("locks the reviewers until the transaction ends", async () => {
  const pullRequest = observed();
  await t.store.pullRequests.observe(pullRequest);
  const add = (login: string) => (store: Pick<typeof t.store, "transaction">) =>
    store.transaction(async ({ pullRequests }) => {
      const before = await pullRequests.lockReviewers(pullRequest.id);
      await pullRequests.setReviewers(pullRequest.id, [
        ...before!,
        { user: aUser(login), state: "approved" },
      ]);
    });
  await overlap(t, add("ada"), add("bob"));
  const found = await t.store.pullRequests.find(t.organizationId, pullRequest.id);
  assert.deepEqual(
    found?.reviewers.map(({ user }) => user.login),
    ["ada", "bob"],
  );
});

test("clears the checks when the head changes", async () => {
  const pullRequest = observed({ forgeUpdatedAt: at(1) });
  await t.store.pullRequests.observe(pullRequest);
  await t.store.pullRequests.setChecks(pullRequest.id, pullRequest.headSha, {
    state: "failed",
    failed: ["build"],
  });
  await t.store.pullRequests.observe({ ...pullRequest, title: "Same head", forgeUpdatedAt: at(2) });
  const same = await t.store.pullRequests.findByNumber(repository.id, pullRequest.number);
  assert.deepEqual(same?.checks, { state: "failed", failed: ["build"] });
  await t.store.pullRequests.observe({ ...pullRequest, headSha: "c".repeat(40), forgeUpdatedAt: at(3) });
  const moved = await t.store.pullRequests.findByNumber(repository.id, pullRequest.number);
  assert.deepEqual(moved?.checks, { state: "none", failed: [] });
});

test("allows one check fix per head and a limited number per pull request", async () => {
  const pullRequest = observed();
  await t.store.pullRequests.observe(pullRequest);
  const take = (sha: string) => t.store.pullRequests.takeCheckFix(pullRequest.id, sha, 3);
  assert.deepEqual(
    [await take("a"), await take("a"), await take("b"), await take("c"), await take("d")],
    [true, false, true, true, false],
  );
});

test("filters by review decision, draft, repository, session and time", async () => {
  const by = (state: Reviewer["state"]): Reviewer[] => [{ user: aUser("ada"), state }];
  const other = await t.addRepository();
  const make = async (change: Partial<Parameters<typeof aPullRequest>[0]>) => {
    const made = observed({ repositoryId: other.id, ...change });
    await t.store.pullRequests.observe(made);
    if (change.reviewers !== undefined) await t.store.pullRequests.setReviewers(made.id, change.reviewers);
    return made.id;
  };
  const approved = await make({ reviewers: by("approved") });
  const returned = await make({ reviewers: [...by("approved"), ...by("changesRequested")] });
  const fresh = await make({});
  const draft = await make({ isDraft: true });
  const list = async (filter: object) =>
    (
      await t.store.pullRequests.list(t.organizationId, {
        ...{ limit: 10, viewerUserId: t.userId, repositoryIds: [other.id], ...filter },
      })
    ).items.map(({ id }) => id);
  assert.deepEqual(await list({}), [draft, fresh, returned, approved]);
  assert.deepEqual(await list({ decision: "approved" }), [approved]);
  assert.deepEqual(await list({ decision: "changesRequested" }), [returned]);
  assert.deepEqual(await list({ decision: "needsReview", isDraft: false }), [fresh]);
  assert.deepEqual(await list({ hasSession: true }), []);
  assert.deepEqual(await list({ createdAfter: new Date("2100-01-01") }), []);
});

test("filters by author and reviewer, given as ID or login", async () => {
  const [ada, eve] = [aUser("Ada", "1"), aUser("eve", "2")];
  const other = await t.addRepository();
  const make = async (
    author: typeof ada | null,
    reviewers: Reviewer[],
    change: Partial<Parameters<typeof aPullRequest>[0]> = {},
  ) => {
    const made = observed({ repositoryId: other.id, author, ...change });
    await t.store.pullRequests.observe(made);
    await t.store.pullRequests.setReviewers(made.id, reviewers);
    return made.id;
  };
  const ofAda = await make(ada, [{ user: eve, state: "approved" }]);
  const returned = await make(ada, [{ user: eve, state: "changesRequested" }]);
  const ended = await make(ada, [{ user: eve, state: "changesRequested" }], { status: "closed" });
  const ofEve = await make(eve, [{ user: ada, state: "awaiting" }]);
  const withoutSession = await make(null, []);
  const list = async (filter: PullRequestFilter) => {
    const page = { limit: 10, viewerUserId: t.userId, repositoryIds: [other.id], ...filter };
    const { items } = await t.store.pullRequests.list(t.organizationId, page);
    assert.equal(await t.store.pullRequests.count(t.organizationId, page), items.length);
    return items.map(({ id }) => id);
  };
  const all = [withoutSession, ofEve, ended, returned, ofAda];
  const except = (...left: string[]) => all.filter((id) => !left.includes(id));
  assert.deepEqual(await list({}), all, "control");
  for (const adas of [["1"], ["ada"], ["ADA", "nobody"]]) {
    assert.deepEqual(await list({ authors: adas }), [ended, returned, ofAda]);
    assert.deepEqual(await list({ excludedAuthors: adas }), [withoutSession, ofEve]);
    assert.deepEqual(await list({ excludedReturnedAuthors: adas }), except(returned));
    assert.deepEqual(await list({ reviewers: adas }), [ofEve]);
    assert.deepEqual(await list({ excludedReviewers: adas }), except(ofEve));
  }
  assert.deepEqual(await list({ authors: ["1", "2"], excludedReviewers: ["1"] }), [ended, returned, ofAda]);
  assert.deepEqual(await list({ authors: ['a"d', "a\0"] }), []);
});

test("lists a pull request with its repository, and with its session if the viewer can see it", async () => {
  const organizationId = await t.addOrganization();
  const shown = await t.addRepository({ organizationId, connectedUrl: "https://github.com/org/shown" });
  const add = async (change: Parameters<typeof t.addSession>[0]) => {
    const session = await t.addSession({ organizationId, ...change }, [shown]);
    const lease = await t.startTurn(session.id);
    const ofBoth = { organizationId, repositoryId: shown.id, sessionId: session.id };
    await t.store.pullRequests.save(lease, observed(ofBoth));
    return session;
  };
  const read = async () => {
    const page = { limit: 10, viewerUserId: t.userId };
    const { items } = await t.store.pullRequests.list(organizationId, page);
    return items.map(({ session }) => session);
  };
  const visible = await add({ title: "Visible" });
  await add({ title: "Private", visibility: "private" });
  await t.store.pullRequests.observe(observed({ organizationId, repositoryId: shown.id }));
  const { id: sessionId, title, visibility } = visible;
  assert.deepEqual(await read(), [null, null, { id: sessionId, title, visibility }]);
  const { items } = await t.store.pullRequests.list(organizationId, { limit: 1, viewerUserId: t.userId });
  const { id, forge, owner, name, connectedUrl, defaultBranch } = shown;
  assert.deepEqual(items[0]?.repository, { id, forge, owner, name, connectedUrl, defaultBranch });
});

test("finds open pull requests by their head", async () => {
  const headSha = "d".repeat(40);
  const open = observed({ headSha });
  await t.store.pullRequests.observe(open);
  await t.store.pullRequests.observe(observed({ headSha, status: "merged" }));
  const found = await t.store.pullRequests.openWithHead(repository.id, headSha);
  assert.deepEqual(
    found.map(({ id }) => id),
    [open.id],
  );
});

test("replaces a pull request with the same number, and keeps its ID and creation time", async () => {
  const { organizationId } = t;
  const later = new Date(someTime.getTime() + 60_000);
  const repository = await t.addRepository();
  const { id: sessionId } = await t.addSession({}, [repository]);
  const lease = await t.startTurn(sessionId);
  const first = aPullRequest({ organizationId, sessionId, repositoryId: repository.id });
  await t.store.pullRequests.save(lease, first);
  const merged = {
    ...first,
    id: newId(),
    status: "merged",
    mergedAt: later,
    createdAt: later,
    updatedAt: later,
  } as const;
  await t.store.pullRequests.save(lease, merged);
  const saved = { ...merged, id: first.id, createdAt: first.createdAt };
  assert.deepEqual(await t.store.pullRequests.find(organizationId, first.id), saved);
  assert.deepEqual(await t.store.pullRequests.ofSession(sessionId), [saved]);
  assert.equal(await t.store.pullRequests.find(await t.addOrganization(), first.id), null);
  await t.store.turns.claim(lease.turnId, someTime);
  await assert.rejects(t.store.pullRequests.save(lease, merged), { code: "fenced" });
});

test("lists pull requests newest first by page, and filters by status and title", async () => {
  const organizationId = await t.addOrganization();
  const repository = await t.addRepository({ organizationId });
  const { id: sessionId } = await t.addSession({ organizationId }, [repository]);
  const lease = await t.startTurn(sessionId);
  const ids = [1, 2, 3].map(idAt);
  for (const [n, id] of ids.entries()) {
    const change = { id, number: n + 1, title: `Title ${n}`, status: n === 1 ? "closed" : "open" } as const;
    await t.store.pullRequests.save(
      lease,
      aPullRequest({ organizationId, sessionId, repositoryId: repository.id, ...change }),
    );
  }
  const [a, b, c] = ids;
  const list = (filter: { status?: "open"; search?: string }) =>
    readPagesOfTwo((page) =>
      t.store.pullRequests.list(organizationId, { ...page, viewerUserId: t.userId, ...filter }),
    );
  assert.deepEqual(await list({}), [[c, b], [a]]);
  assert.deepEqual(await list({ status: "open" }), [[c, a]]);
  assert.deepEqual(await list({ search: "TITLE 1" }), [[b]]);
  assert.deepEqual(await list({ search: "title", status: "open" }), [[c, a]]);
});
