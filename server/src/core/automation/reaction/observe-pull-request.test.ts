import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { untilBlocked, withQueries } from "../../../testing/race.ts";
import { aPullRequest, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { newId } from "../../base/index.ts";
import {
  type Forge,
  type ForgePullRequest,
  type ForgeReview,
  type PullRequest,
  storeObserved,
} from "../../forges/index.ts";
import { conversationPorts } from "../conversation/testing/conversation-ports.ts";
import {
  aForgePullRequest,
  aForgeUser,
  memoryForge,
  ourAccount,
} from "../conversation/testing/memory-forge.ts";
import { handleForgeEvent } from "./handle-forge-event.ts";
import type { PullRequestEvent } from "./observe-pull-request.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const about = {
  repository: { externalId: "1", owner: "acme", name: "shop", url: "https://forge.example" },
  actor: null,
  at: someTime,
};
const later = new Date(someTime.getTime() + 60_000);

async function setUp() {
  const memory = memoryForge();
  const repository = await t.addRepository();
  const { ports } = conversationPorts(t, memory.forge);
  const handle = async (event: Parameters<typeof handleForgeEvent>[1]["event"]) => {
    const handled = await handleForgeEvent(ports, {
      integration: null,
      repository,
      event,
      delivery: { id: newId() },
    });
    assert.ok(!("kind" in handled));
    return handled;
  };
  const deliver = (type: PullRequestEvent["type"], change: Partial<ForgePullRequest>) =>
    handle({ ...about, type, pullRequest: aForgePullRequest(change) });
  const known = () => t.store.pullRequests.findByNumber(repository.id, 7);
  const ofSession = async () => {
    const session = await t.addSession({}, [repository]);
    const lease = await t.startTurn(session.id);
    const headBranch = `tembo/fix-${session.id.slice(-8)}`;
    await t.store.pullRequests.save(
      lease,
      aPullRequest({
        organizationId: t.organizationId,
        sessionId: session.id,
        repositoryId: repository.id,
        number: 7,
        headBranch,
        headSha: "a".repeat(40),
      }),
    );
    memory.branches.set(headBranch, "a".repeat(40));
    return { session, head: headBranch };
  };
  return { memory, repository, handle, deliver, known, ofSession };
}

test("stores an unknown pull request without a session", async () => {
  const { deliver, known } = await setUp();
  assert.deepEqual(await deliver("pullRequest.opened", { isDraft: true }), {
    outcome: "Pull request #7 was opened.",
    sessionId: null,
  });
  const stored = await known();
  assert.deepEqual(
    [stored?.sessionId, stored?.isDraft, stored?.headBranch, stored?.baseBranch, stored?.author?.login],
    [null, true, "ada/login", "main", "ada"],
  );
});

test("tracks requested reviewers until their request is removed and ignores older events", async () => {
  const { deliver, known } = await setUp();
  const waitedFor = async () => (await known())?.reviewers.map(({ user, state }) => `${user.login} ${state}`);
  const requests = (...users: readonly ReturnType<typeof aForgeUser>[]) => ({
    reviewRequests: { users, keepsReviewed: false },
  });
  await deliver("pullRequest.opened", requests(aForgeUser("bob")));
  assert.deepEqual(await waitedFor(), ["bob awaiting"]);
  await deliver("pullRequest.updated", { ...requests(aForgeUser("eve")), updatedAt: later });
  assert.deepEqual(await waitedFor(), ["eve awaiting"]);
  await deliver("pullRequest.updated", { ...requests(), updatedAt: someTime });
  assert.deepEqual(await waitedFor(), ["eve awaiting"], "an older event changes nothing");
  await deliver("pullRequest.updated", { ...requests(), updatedAt: later });
  assert.deepEqual(await waitedFor(), []);
});

test("ignores an event older than the stored state", async () => {
  const { deliver, known } = await setUp();
  await deliver("pullRequest.merged", { status: "merged", updatedAt: later });
  const { outcome } = await deliver("pullRequest.synchronized", { title: "Old", updatedAt: someTime });
  assert.match(outcome!, /^Stale/);
  assert.equal((await known())?.status, "merged");
  assert.match((await deliver("pullRequest.reopened", { updatedAt: later })).outcome!, /reopened/);
  assert.equal((await known())?.status, "open");
});

test("stores the new base of a retargeted pull request", async () => {
  const { deliver, known } = await setUp();
  await deliver("pullRequest.opened", {});
  const { outcome } = await deliver("pullRequest.updated", { base: "next", updatedAt: later });
  assert.equal(outcome, "Pull request #7 was retargeted from main to next.");
  assert.equal((await known())?.baseBranch, "next");
});

test("deletes a session's branch after the merge if the organization enables it", async () => {
  const { memory, deliver, known, ofSession } = await setUp();
  const { session, head } = await ofSession();
  const merged = { status: "merged", head, updatedAt: later } as const;
  assert.deepEqual(await deliver("pullRequest.merged", merged), {
    outcome: "Pull request #7 was merged.",
    sessionId: session.id,
  });
  assert.ok(memory.branches.has(head));
  await t.store.organizations.mergeSettings(t.organizationId, { deleteBranchWhenPrClosed: true });
  assert.match((await deliver("pullRequest.merged", merged)).outcome!, /Its branch was deleted/);
  assert.ok(!memory.branches.has(head));
  assert.equal((await known())?.sessionId, session.id);
  await t.store.organizations.mergeSettings(t.organizationId, { deleteBranchWhenPrClosed: null });
});

test("keeps a branch that is no longer at the pull request's head", async () => {
  const { memory, deliver, ofSession } = await setUp();
  const { head } = await ofSession();
  memory.branches.set(head, "f".repeat(40));
  await t.store.organizations.mergeSettings(t.organizationId, { deleteBranchWhenPrClosed: true });
  await deliver("pullRequest.merged", { status: "merged", head, updatedAt: later });
  assert.ok(memory.branches.has(head));
  await t.store.organizations.mergeSettings(t.organizationId, { deleteBranchWhenPrClosed: null });
});

test("stores an unknown pull request with its reviews, except reviews by Tembo and by the author", async () => {
  const { memory, handle, known } = await setUp();
  memory.pullRequests.set(7, aForgePullRequest());
  const review = (login: string) => ({
    id: login,
    author: login === "us" ? ourAccount : aForgeUser(login),
    state: "approved" as const,
    body: "",
    url: "",
    submittedAt: someTime,
  });
  memory.reviews.set(7, [review("ada"), review("us"), review("bob")]);
  const handled = await handle({ ...about, type: "review.submitted", number: 7, review: review("bob") });
  assert.deepEqual(handled, { outcome: "Pull request #7 was reviewed.", sessionId: null });
  assert.deepEqual(
    (await known())?.reviewers.map(({ user, state }) => [user.login, state]),
    [["bob", "approved"]],
  );
});

const aReview = (login: string, change: Partial<ForgeReview> = {}): ForgeReview => ({
  ...{ id: login, author: aForgeUser(login), state: "approved", body: "", url: "", submittedAt: someTime },
  ...change,
});
const reviewersOf = (pullRequest: PullRequest | null) =>
  pullRequest?.reviewers.map(({ user, state }) => `${user.login} ${state}`);

/** Returns the store, with an action that runs after a report was stored and before its review requests are. */
const afterObserve = (action: () => Promise<void>) =>
  withQueries(t.store, ({ pullRequests }) => ({
    pullRequests: {
      ...pullRequests,
      observe: async (reported) => {
        const isNewer = await pullRequests.observe(reported);
        await action();
        return isNewer;
      },
    },
  }));

test("keeps a review that arrives while a new state of the pull request is stored", async () => {
  const { memory, repository, handle, deliver, known } = await setUp();
  await deliver("pullRequest.opened", {});
  const review = aReview("bob");
  memory.reviews.set(7, [review]);
  let handled: Promise<unknown> | undefined;
  const store = afterObserve(async () => {
    handled = handle({ ...about, type: "review.submitted", number: 7, review });
    await untilBlocked(t, handled);
  });
  const reviewRequests = { users: [aForgeUser("ada")], keepsReviewed: true };
  await storeObserved({ ...t, store }, repository, aForgePullRequest({ reviewRequests }));
  await handled;
  assert.deepEqual(reviewersOf(await known())?.sort(), ["ada awaiting", "bob approved"]);
});

test("keeps the review requests of a newer report that arrives while an older one is stored", async () => {
  const { repository, deliver, known } = await setUp();
  await deliver("pullRequest.opened", {});
  const requests = (login: string) => ({ users: [aForgeUser(login)], keepsReviewed: false });
  const older = { reviewRequests: requests("bob"), updatedAt: someTime };
  const newer = { reviewRequests: requests("eve"), updatedAt: later };
  let stored: Promise<unknown> | undefined;
  const store = afterObserve(async () => {
    stored = storeObserved(t, repository, aForgePullRequest(newer));
    await untilBlocked(t, stored);
  });
  await storeObserved({ ...t, store }, repository, aForgePullRequest(older));
  await stored;
  assert.deepEqual(reviewersOf(await known()), ["eve awaiting"]);
});

test("reads the reviews again if another event stored later reviews in the meantime", async () => {
  const { memory, repository, handle, deliver, known } = await setUp();
  await deliver("pullRequest.opened", {});
  const [bob, eve] = [aReview("bob"), aReview("eve")];
  memory.reviews.set(7, [bob]);
  let reads = 0;
  const forge = withListing(memory.forge, async () => {
    const listed = memory.reviews.get(7)!;
    reads += 1;
    if (reads === 1) {
      memory.reviews.set(7, [{ ...bob, state: "dismissed" }, eve]);
      await handle({ ...about, type: "review.submitted", number: 7, review: eve });
    }
    return listed;
  });
  await handleForgeEvent(conversationPorts(t, forge).ports, {
    ...{ integration: null, repository, delivery: { id: newId() } },
    event: { ...about, type: "review.submitted", number: 7, review: bob },
  });
  assert.deepEqual(reviewersOf(await known()), ["bob commented", "eve approved"]);
  assert.ok(reads >= 2);
});

test("stops reading the reviews if the reviewers change during each of five reads", async () => {
  const { memory, repository, deliver, known } = await setUp();
  await deliver("pullRequest.opened", {});
  const { id } = (await known())!;
  let reads = 0;
  const forge = withListing(memory.forge, async () => {
    reads += 1;
    await t.store.pullRequests.setReviewers(id, [{ user: aForgeUser(`eve-${reads}`), state: "approved" }]);
    return [];
  });
  const handled = handleForgeEvent(conversationPorts(t, forge).ports, {
    ...{ integration: null, repository, delivery: { id: newId() } },
    event: { ...about, type: "review.submitted", number: 7, review: aReview("bob") },
  });
  await assert.rejects(handled, { code: "unavailable", message: /changed during each of 5 reads/ });
  assert.deepEqual([reads, reviewersOf(await known())], [5, ["eve-5 approved"]]);
});

const withListing = (forge: Forge, listReviews: Forge["listReviews"]): Forge =>
  new Proxy(forge, {
    get: (target, key) => (key === "listReviews" ? listReviews : target[key as keyof Forge]),
  });

test("returns no outcome for an unrelated event", async () => {
  const { handle } = await setUp();
  assert.deepEqual(await handle({ ...about, type: "ref.created", refType: "tag", ref: "v1" }), {
    outcome: null,
    sessionId: null,
  });
});
