import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import type { ForgeUser, PullRequest, Repository, Reviewer } from "../../../core/forges/index.ts";
import type { InboxGroup } from "../../../core/forges/pull-request/inbox-group.ts";
import { aPullRequest, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { anIntegration } from "../../../testing/webhook-fixture.ts";

const groups = ["returned", "needsReview", "approved", "open", "draft", "merged", "closed"] as const;

let t: TestStore;
let ada: string;
let bob: string;
let local: Repository;
let remote: Repository;
before(async () => {
  t = await openTestStore();
  ada = t.userId;
  bob = newId();
  const dates = { createdAt: someTime, updatedAt: someTime };
  await t.store.users.insert({ id: bob, email: null, name: null, onboarding: null, settings: {}, ...dates });
  local = await t.addRepository();
  const integration = anIntegration({ organizationId: t.organizationId });
  await t.store.integrations.insert(integration);
  remote = await t.addRepository({ forge: "github", integrationId: integration.id, externalId: "9" });
  await t.store.users.setForgeName(ada, integration.id, "wrong");
  await t.store.users.setForgeName(ada, integration.id, "Ada-L");
  await t.store.users.setForgeName(bob, integration.id, "bob");
});
after(() => t.drop());

const user = (login: string, id = `id-${login}`): ForgeUser => ({
  id,
  login,
  name: null,
  email: null,
  avatarUrl: null,
  profileUrl: null,
  isBot: false,
});
const review = (state: Reviewer["state"], who: ForgeUser): Reviewer => ({ user: who, state });

let number = 1;
async function seedPullRequest(change: Partial<PullRequest>): Promise<string> {
  const pullRequest = aPullRequest({
    organizationId: t.organizationId,
    repositoryId: remote.id,
    sessionId: null,
    id: newId(someTime.getTime() + number),
    number: number++,
    ...change,
  });
  await t.store.pullRequests.observe(pullRequest);
  return pullRequest.id;
}

/** Returns the groups that contain the pull request. The tests assert that there is exactly one. */
async function groupsOf(id: string, userId: string): Promise<readonly InboxGroup[]> {
  const found: InboxGroup[] = [];
  for (const group of groups) {
    const { items } = await t.store.pullRequests.list(t.organizationId, {
      limit: 100,
      viewerUserId: userId,
      inbox: { group, userId },
    });
    if (items.some((item) => item.id === id)) found.push(group);
  }
  return found;
}

async function keyOf(userId: string): Promise<{ readonly id: string; readonly number: string }> {
  const id = newId();
  await t.store.apiKeys.insert(
    {
      id,
      organizationId: t.organizationId,
      userId,
      name: null,
      tokenPreview: "t",
      createdAt: someTime,
      updatedAt: someTime,
      lastUsedAt: null,
    },
    Buffer.from(id),
  );
  return { id, number: String((await t.store.localForge.people.find(id))!.number) };
}

test("puts a pending review in the inbox of the reviewer, ignoring letter case", async () => {
  const id = await seedPullRequest({
    reviewers: [review("awaiting", user("ADA-l")), review("approved", user("eve"))],
  });
  assert.deepEqual(await groupsOf(id, ada), ["needsReview"]);
  assert.deepEqual(await groupsOf(id, bob), ["approved"]);
  const draft = await seedPullRequest({ isDraft: true, reviewers: [review("awaiting", user("bob"))] });
  assert.deepEqual(await groupsOf(draft, ada), ["draft"]);
  assert.deepEqual(await groupsOf(draft, bob), ["needsReview"]);
});

test("does not match a person's forge name on another forge", async () => {
  const other = anIntegration({ organizationId: t.organizationId, webUrl: "https://git.example" });
  await t.store.integrations.insert(other);
  const repository = await t.addRepository({
    forge: "github",
    integrationId: other.id,
    externalId: "10",
    owner: "other",
  });
  const id = await seedPullRequest({
    repositoryId: repository.id,
    reviewers: [review("awaiting", user("bob"))],
  });
  assert.deepEqual(await groupsOf(id, bob), ["open"]);
});

test("identifies a person on the built-in forge by each of their keys", async () => {
  const [mine, others] = [await keyOf(ada), await keyOf(bob)];
  const id = await seedPullRequest({
    repositoryId: local.id,
    reviewers: [review("awaiting", user("any", mine.number))],
    author: user("any", others.number),
  });
  assert.deepEqual(await groupsOf(id, ada), ["needsReview"]);
  assert.deepEqual(await groupsOf(id, bob), ["open"]);
});

test("puts requested changes in the inbox of the session's creator and of the author", async () => {
  const { id: key } = await keyOf(bob);
  const session = await t.addSession({ createdByKeyId: key }, [remote]);
  const reviewers = [review("changesRequested", user("eve")), review("awaiting", user("ada-l"))];
  const ofSession = await seedPullRequest({ sessionId: session.id, reviewers });
  assert.deepEqual(await groupsOf(ofSession, bob), ["returned"]);
  assert.deepEqual(await groupsOf(ofSession, ada), ["needsReview"]);
  const written = await seedPullRequest({ author: user("ada-l"), reviewers: [reviewers[0]!] });
  assert.deepEqual(await groupsOf(written, ada), ["returned"]);
  assert.deepEqual(await groupsOf(written, bob), ["open"]);
});

test("puts each pull request in exactly one group", async () => {
  const facts = [
    [{}, "open"],
    [{ isDraft: true }, "draft"],
    [{ reviewers: [review("approved", user("eve"))] }, "approved"],
    [{ reviewers: [review("approved", user("eve")), review("changesRequested", user("joe"))] }, "open"],
    [{ author: null, reviewers: [review("commented", user("ada-l"))] }, "open"],
    [{ status: "merged", mergedAt: someTime, reviewers: [review("awaiting", user("ada-l"))] }, "merged"],
    [{ status: "closed", author: user("ada-l") }, "closed"],
  ] as const satisfies readonly (readonly [Partial<PullRequest>, InboxGroup])[];
  for (const [change, group] of facts)
    assert.deepEqual(await groupsOf(await seedPullRequest(change), ada), [group], JSON.stringify(change));
});

test("does not match a removed forge name or a name of a deleted user", async () => {
  const id = await seedPullRequest({ reviewers: [review("awaiting", user("bob"))] });
  assert.deepEqual(await groupsOf(id, bob), ["needsReview"]);
  await t.store.users.setForgeName(bob, remote.integrationId!, null);
  assert.deepEqual(await groupsOf(id, bob), ["open"]);
  await t.store.users.setForgeName(bob, remote.integrationId!, "bob");
  await t.store.users.forget(bob);
  assert.equal((await t.store.users.forgeNames(bob)).size, 0);
});
