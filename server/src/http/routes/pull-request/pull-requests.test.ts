import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  aForgeComment,
  memoryForge,
  threadKey,
} from "../../../core/automation/conversation/testing/memory-forge.ts";
import { newId } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { aDiff, aMessage, aPullRequest, someTime } from "../../../testing/test-store.ts";

const memory = memoryForge({ name: "local" });
let server: Served;
before(async () => {
  const forges = { local: { name: "local", connect: () => memory.forge } } as unknown as Ports["forges"];
  server = await serve({ parts: { forges } });
});
after(() => server.close());

/** Adds another admin to the organization, and returns the admin's key. */
async function addOther(): Promise<string> {
  const { store, organizationId } = server.testStore;
  const userId = newId();
  const email = `eve-${userId}@example.com`;
  const dates = { createdAt: someTime, updatedAt: someTime };
  await store.users.insert({ id: userId, email, name: "Eve", onboarding: null, settings: {}, ...dates });
  await store.members.insert({ id: newId(), organizationId, userId, email, role: "admin", ...dates });
  return server.addKey(organizationId, userId);
}

test("shows a pull request's private session and its diff only to the session's owner", async () => {
  const { store, organizationId, ...t } = server.testStore;
  const [own, other] = [await server.addKey(organizationId), await addOther()];
  const { items: keys } = await store.apiKeys.list(organizationId, { limit: 10 });
  const createdByKeyId = keys.find(({ userId }) => userId === t.userId)!.id;
  const repository = await t.addRepository({ forge: "github", externalId: "1" });
  const session = await t.addSession({ title: "A walrus", visibility: "private", createdByKeyId }, [
    repository,
  ]);
  const lease = await t.startTurn(session.id);
  const ofBoth = { sessionId: session.id, repositoryId: repository.id };
  await store.diffs.save(lease, aDiff(ofBoth), { text: "the patch", isComplete: true });
  const pullRequest = aPullRequest({ organizationId, ...ofBoth });
  await store.pullRequests.save(lease, pullRequest);
  const readFields = async (key: string) => {
    const get = async (path: string) => (await server.ask(`/v1/pull-requests${path}`, key)).json();
    const { items } = (await get("")) as { items: { session: { title: string } | null }[] };
    const one = (await get(`/${pullRequest.id}`)) as {
      session: { visibility: string } | null;
      diff: { data: string };
    };
    return [items[0]!.session?.title, one.session?.visibility, one.diff.data];
  };
  assert.deepEqual(await readFields(other), [undefined, undefined, ""]);
  assert.deepEqual(await readFields(own), ["A walrus", "private", "the patch"], "control");
});

test("shows the agent's state in a review thread only to those who can see its session", async () => {
  const { store, organizationId, ...t } = server.testStore;
  const [own, other] = [await server.addKey(organizationId), await addOther()];
  const { items: keys } = await store.apiKeys.list(organizationId, { limit: 10 });
  const createdByKeyId = keys.find(({ userId }) => userId === t.userId)!.id;
  const repository = await t.addRepository();
  const session = await t.addSession({ createdByKeyId }, [repository]);
  const lease = await t.startTurn(session.id);
  const pullRequest = aPullRequest({
    ...{ organizationId, sessionId: session.id, repositoryId: repository.id, number: 77 },
  });
  await store.pullRequests.save(lease, pullRequest);
  const comment = aForgeComment({ kind: "inline", threadId: "t" });
  memory.threads.set(threadKey({ kind: "pullRequest", number: 77 }), [comment]);
  const message = aMessage({ sessionId: session.id });
  await store.messages.insert(message);
  const reason = "The reason of an earlier turn.";
  await store.assignedThreads.insert([
    {
      ...{ messageId: message.id, pullRequestId: pullRequest.id, threadId: "t", commentId: comment.id },
      ...{ position: 0, place: "a.txt:1", answer: null, isFixed: false, commitSha: "0123", reason },
      ...{ repliedAt: null, resolvedAt: null, createdAt: someTime },
    },
  ]);
  const agentOf = async (key: string) => {
    const response = await server.ask(`/v1/pull-requests/${pullRequest.id}/comments`, key);
    const { items } = (await response.json()) as { items: { agent: object | null }[] };
    return items[0]?.agent;
  };
  const agent = { state: "queued", turnId: null, commitSha: null, reason: null };
  const assignedAt = someTime.toISOString();
  for (const key of [own, other]) assert.deepEqual(await agentOf(key), { ...agent, assignedAt });
  await store.sessionChanges.update(session.id, { visibility: "private" }, someTime);
  assert.equal(await agentOf(other), null);
  assert.deepEqual(await agentOf(own), { ...agent, assignedAt }, "control");
});

test("lists pull requests with an optional total and sorts them by their last change", async () => {
  const { store, ...t } = server.testStore;
  const organizationId = await t.addOrganization();
  const key = await server.addKey(organizationId);
  const repository = await t.addRepository({ organizationId });
  const session = await t.addSession({ organizationId }, [repository]);
  const lease = await t.startTurn(session.id);
  const ofBoth = { organizationId, sessionId: session.id, repositoryId: repository.id };
  // The second of the three pull requests was changed last.
  const changedAfterMs = [0, 2_000, 1_000];
  for (const [index, ms] of changedAfterMs.entries()) {
    const updatedAt = new Date(someTime.getTime() + ms);
    // IDs from the same millisecond have no order.
    const id = newId(someTime.getTime() + index);
    await store.pullRequests.save(lease, aPullRequest({ ...ofBoth, id, number: index + 1, updatedAt }));
  }
  const list = async (query: string) => {
    const response = await server.ask(`/v1/pull-requests?${query}`, key);
    const { items, ...rest } = (await response.json()) as {
      items: { number: number }[];
      nextCursor: string | null;
      totalCount?: number;
    };
    return { numbers: items.map(({ number }) => number), ...rest };
  };
  assert.deepEqual(await list("includeTotal=true&state=open"), {
    numbers: [3, 2, 1],
    nextCursor: null,
    totalCount: 3,
  });
  assert.equal((await list("limit=1&includeTotal=true&state=merged")).totalCount, 0);
  assert.equal((await list("includeTotal=false")).totalCount, undefined, "control: returns no total");
  const first = await list("sortBy=updatedAt&limit=2");
  const second = await list(`sortBy=updatedAt&limit=2&cursor=${first.nextCursor}`);
  assert.deepEqual([first.numbers, second.numbers], [[2, 3], [1]]);
});

test("filters pull requests by author and reviewer", async () => {
  const { store, ...t } = server.testStore;
  const organizationId = await t.addOrganization();
  const key = await server.addKey(organizationId);
  const repository = await t.addRepository({ organizationId });
  const person = (id: string, login: string) => ({
    ...{ id, login, name: null, email: null, avatarUrl: null, profileUrl: null, isBot: false },
  });
  const [ada, eve] = [person("1", "ada"), person("2", "eve")];
  for (const [number, author] of [
    [1, ada],
    [2, eve],
  ] as const) {
    const made = aPullRequest({
      ...{ organizationId, repositoryId: repository.id, sessionId: null },
      ...{ id: newId(someTime.getTime() + number), number, author },
    });
    await store.pullRequests.observe(made);
    const reviewer = author === ada ? eve : ada;
    await store.pullRequests.setReviewers(made.id, [{ user: reviewer, state: "changesRequested" }]);
  }
  for (const [query, numbers] of [
    ["", [2, 1]],
    ["authorIds=ada,nobody", [1]],
    ["authorIds=1&authorIds=2", [2, 1]],
    ["excludeAuthorIds=1", [2]],
    ["excludeReturnedAuthorIds=eve", [1]],
    ["reviewerIds=eve", [1]],
    ["excludeReviewerIds=eve", [2]],
  ] as const) {
    const response = await server.ask(`/v1/pull-requests?includeTotal=true&${query}`, key);
    const { items, totalCount } = (await response.json()) as {
      items: { number: number }[];
      totalCount: number;
    };
    assert.deepEqual(
      items.map(({ number }) => number),
      numbers,
      query,
    );
    assert.equal(totalCount, numbers.length, query);
  }
});
