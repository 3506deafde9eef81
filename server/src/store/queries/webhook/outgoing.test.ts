import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { OutgoingAttempt, OutgoingDelivery, Webhook } from "../../../core/automation/index.ts";
import { newDelivery } from "../../../core/automation/webhook/outgoing-deliveries.ts";
import { newId } from "../../../core/base/index.ts";
import { aPullRequest, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
let webhook: Webhook;

before(async () => {
  t = await openTestStore();
});
after(() => t.drop());
beforeEach(async () => {
  await t.database.pool.query("delete from webhooks");
  await t.database.pool.query("delete from outgoing_events");
  webhook = await addWebhook();
});

async function addWebhook(change: Partial<Webhook> = {}): Promise<Webhook> {
  const added: Webhook = {
    id: newId(),
    organizationId: t.organizationId,
    url: "https://example.com/",
    description: "",
    events: ["*"],
    enabledAt: someTime,
    disabledAt: null,
    disabledReason: null,
    failures: 0,
    failingSince: null,
    createdAt: someTime,
    updatedAt: someTime,
    ...change,
  };
  await t.store.webhooks.insert(added);
  return added;
}

/** Returns the events recorded since the last call, as "type status". */
async function noted(): Promise<string[]> {
  const events = await t.store.outgoing.events(100);
  for (const { id } of events) assert.equal(await t.store.outgoing.takeEvent(id), true);
  return events.map(({ type, status }) => `${type} ${status}`);
}

test("records each status of a session in order, and ignores changes that do not affect the status", async () => {
  const session = await t.addSession();
  await t.store.sessions.setStatus(session.id, "queued", someTime);
  await t.store.sessions.setStatus(session.id, "queued", someTime);
  for (const status of ["inProgress", "completed", "queued", "failed", "cancelled"] as const)
    await t.store.sessions.setStatus(session.id, status, someTime);
  await t.store.sessionChanges.update(session.id, { title: "Other", isPinned: true }, someTime);
  assert.deepEqual(await noted(), [
    "session.created draft",
    "session.queued queued",
    "session.started inProgress",
    "session.completed completed",
    "session.queued queued",
    "session.failed failed",
    "session.cancelled cancelled",
  ]);
});

test("records the deletion of a session and nothing after it", async () => {
  const session = await t.addSession({ status: "queued" });
  await t.store.sessionChanges.hide(session.id, someTime);
  await t.store.sessions.setStatus(session.id, "cancelled", someTime);
  assert.deepEqual(await noted(), ["session.created queued", "session.deleted queued"]);
});

test("records nothing for a private session until it becomes public", async () => {
  const session = await t.addSession({ visibility: "private" });
  await t.store.sessions.setStatus(session.id, "queued", someTime);
  await t.store.sessionChanges.update(session.id, { visibility: "public" }, someTime);
  assert.deepEqual(await noted(), []);
  await t.store.sessions.setStatus(session.id, "failed", someTime);
  assert.deepEqual(await noted(), ["session.failed failed"]);
});

test("records nothing when the transaction is rolled back", async () => {
  const session = await t.addSession();
  await noted();
  const rolledBack = t.store.transaction(async (tx) => {
    await tx.sessions.setStatus(session.id, "queued", someTime);
    throw new Error("no");
  });
  await assert.rejects(rolledBack, /no/);
  assert.deepEqual(await noted(), []);
});

test("records nothing unless the organization has an enabled webhook", async () => {
  const other = newId();
  await t.store.organizations.insert({ id: other, name: "Other" });
  await addWebhook({ organizationId: other });
  await t.store.webhooks.disable(webhook.id, "Gone.", someTime);
  await t.addSession();
  assert.deepEqual(await noted(), []);
});

/** Inserts events without the trigger, which checks the limit for each event. */
async function fillEvents(organizationId: string, count: number): Promise<void> {
  const { pool } = t.database;
  await pool.query("alter table outgoing_events disable trigger outgoing_events_bound_trigger");
  await pool.query(
    `insert into outgoing_events (organization_id, type, session_id, status)
     select $1, 'session.created', gen_random_uuid(), 'draft' from generate_series(1, $2)`,
    [organizationId, count],
  );
  await pool.query("alter table outgoing_events enable trigger outgoing_events_bound_trigger");
}

test("drops events beyond 10,000 per organization and disables its webhooks with a reason", async () => {
  const count = async () => {
    const { rows } = await t.database.pool.query("select count(*)::integer as count from outgoing_events");
    return rows[0].count;
  };
  const other = newId();
  await t.store.organizations.insert({ id: other, name: "Other" });
  const others = await addWebhook({ organizationId: other });
  await fillEvents(other, 500);
  await fillEvents(t.organizationId, 9_999);
  await t.addSession();
  assert.equal(await count(), 10_500);
  assert.deepEqual(await t.store.webhooks.find(t.organizationId, webhook.id), webhook);
  const session = await t.addSession();
  assert.equal(await count(), 10_500);
  const disabled = (await t.store.webhooks.find(t.organizationId, webhook.id))!;
  assert.equal(disabled.enabledAt, null);
  assert.match(disabled.disabledReason!, /undelivered events reached its limit of 10,000/);
  assert.notEqual((await t.store.webhooks.find(other, others.id))!.enabledAt, null);
  // Events that were recorded earlier are still sent to the webhook.
  const [oldest] = await t.store.outgoing.events(1);
  const enabled = await t.store.webhooks.listEnabledAt(t.organizationId, oldest!.happenedAt);
  assert.deepEqual(enabled, [disabled]);
  await t.store.webhooks.update({ ...disabled, enabledAt: someTime, disabledAt: null });
  await t.database.pool.query("delete from outgoing_events where organization_id = $1", [t.organizationId]);
  await t.store.sessions.setStatus(session.id, "queued", someTime);
  assert.equal(await count(), 501);
});

test("moves a postponed event behind the others and keeps the time of its first failure", async () => {
  for (const _ of [1, 2]) await t.addSession();
  const [first, second] = await t.store.outgoing.events(2);
  const later = new Date(someTime.getTime() + 1_000);
  for (const at of [someTime, later]) await t.store.outgoing.putOff(first!.id, at);
  assert.deepEqual(await t.store.outgoing.events(2), [second, { ...first, failingSince: someTime }]);
});

test("returns webhooks that are enabled or were disabled after the event", async () => {
  const before = new Date(someTime.getTime() - 1);
  const off = { enabledAt: null } as const;
  const since = await addWebhook({ ...off, disabledAt: someTime });
  await addWebhook({ ...off, disabledAt: before });
  await addWebhook({ ...off, disabledAt: null });
  const found = await t.store.webhooks.listEnabledAt(t.organizationId, someTime);
  // IDs that are created in the same millisecond have no order.
  assert.deepEqual(new Set(found), new Set([webhook, since]));
  await t.store.webhooks.disable(webhook.id, "Gone.", someTime);
  assert.deepEqual((await t.store.webhooks.find(t.organizationId, webhook.id))!.disabledAt, someTime);
});

test("records pull request events by what changed", async () => {
  const repository = await t.addRepository();
  const session = await t.addSession({}, [repository]);
  const lease = await t.startTurn(session.id);
  const { store, organizationId } = t;
  await noted();
  const known = aPullRequest({ organizationId, sessionId: session.id, repositoryId: repository.id });
  await store.pullRequests.save(lease, known);
  await store.pullRequests.save(lease, known);
  await store.pullRequests.save(lease, { ...known, title: "Other" });
  await store.pullRequests.setReviewers(known.id, []);
  const user = {
    id: "1",
    login: "ada",
    name: null,
    email: null,
    avatarUrl: null,
    profileUrl: null,
    isBot: false,
  };
  await store.pullRequests.setReviewers(known.id, [{ user, state: "approved" }]);
  await store.pullRequests.setChecks(known.id, known.headSha, { state: "pending", failed: [] });
  await store.pullRequests.setChecks(known.id, known.headSha, { state: "failed", failed: ["unit"] });
  await store.pullRequests.observe({ ...known, title: "Other", status: "closed" });
  await store.pullRequests.observe({ ...known, title: "Other", status: "open" });
  await store.pullRequests.observe({ ...known, title: "New", status: "merged", mergedAt: someTime });
  assert.deepEqual(await noted(), [
    "pull_request.opened open",
    "pull_request.updated open",
    "pull_request.reviewed open",
    "pull_request.checked open",
    "pull_request.closed closed",
    "pull_request.reopened open",
    "pull_request.merged merged",
  ]);
});

const outgoing = (change: Partial<OutgoingDelivery> = {}): OutgoingDelivery => ({
  ...newDelivery(
    webhook,
    { eventId: newId(), eventType: "session.created", sessionId: null, body: "{}", replayOf: null },
    someTime,
  ),
  ...change,
});

test("removes an event from the queue once, and inserts one delivery per event and webhook, except for replays", async () => {
  await t.addSession();
  const [event] = await t.store.outgoing.events(1);
  assert.equal(await t.store.outgoing.takeEvent(event!.id), true);
  assert.equal(await t.store.outgoing.takeEvent(event!.id), false);
  const delivery = outgoing();
  assert.equal(await t.store.outgoing.insert(delivery), true);
  assert.equal(await t.store.outgoing.insert({ ...delivery, id: newId() }), false);
  for (const _ of [1, 2])
    assert.equal(await t.store.outgoing.insert({ ...delivery, id: newId(), replayOf: delivery.id }), true);
});

test("counts only a webhook's own pending deliveries when deciding whether it is full", async () => {
  const other = await addWebhook();
  for (const change of [{}, {}, { webhookId: other.id }]) await t.store.outgoing.insert(outgoing(change));
  const ended = outgoing({ status: "failed", nextAttemptAt: null, endedAt: someTime });
  await t.store.outgoing.insert(ended);
  assert.equal(await t.store.outgoing.isFull(webhook.id, 2), true);
  assert.equal(await t.store.outgoing.isFull(webhook.id, 3), false);
  assert.equal(await t.store.outgoing.isFull(other.id, 1), true);
});

const anAttempt = (number: number): OutgoingAttempt => ({
  number,
  startedAt: someTime,
  durationMs: 5,
  requestHeaders: { "webhook-id": "1" },
  responseStatus: 500,
  responseBody: "no\u0000pe",
  error: "The receiver responded with 500.",
});

test("stores attempts in order with the delivery's state, and lists deliveries by filter and page", async () => {
  const { store, organizationId } = t;
  const deliveries = [outgoing(), outgoing({ eventType: "pull_request.merged" }), outgoing()];
  for (const delivery of deliveries) await store.outgoing.insert(delivery);
  const [first, second, third] = deliveries as [OutgoingDelivery, OutgoingDelivery, OutgoingDelivery];
  const waits = { status: "pending", outcome: null, nextAttemptAt: someTime, endedAt: null } as const;
  const ended = { status: "failed", outcome: "No.", nextAttemptAt: null, endedAt: someTime } as const;
  await store.outgoing.saveAttempt({ id: first.id, ...waits }, anAttempt(1));
  await store.outgoing.saveAttempt({ id: first.id, ...ended }, anAttempt(2));
  await store.outgoing.giveUp(first.id, "Other.", someTime);
  await store.outgoing.giveUp(second.id, "Disabled.", someTime);
  assert.deepEqual(await store.outgoing.attempts(first.id), [
    { ...anAttempt(1), responseBody: "no\uFFFDpe" },
    { ...anAttempt(2), responseBody: "no\uFFFDpe" },
  ]);
  assert.deepEqual(await store.outgoing.findById(first.id), { ...first, ...ended, attempts: 2 });
  assert.equal((await store.outgoing.findById(second.id))?.outcome, "Disabled.");
  assert.equal(await store.outgoing.find(newId(), first.id), null);
  const ids = async (page: Partial<Parameters<typeof store.outgoing.list>[1]>) => {
    const { items, nextCursor } = await store.outgoing.list(organizationId, {
      webhookId: webhook.id,
      limit: 10,
      ...page,
    });
    return { ids: items.map(({ id }) => id), nextCursor };
  };
  assert.deepEqual((await ids({})).ids.toSorted(), deliveries.map(({ id }) => id).toSorted());
  assert.deepEqual((await ids({ status: "pending" })).ids, [third.id]);
  assert.deepEqual((await ids({ eventType: "pull_request.merged" })).ids, [second.id]);
  const page = await ids({ limit: 2 });
  assert.equal(page.nextCursor, page.ids[1]);
  assert.equal((await ids({ cursor: page.nextCursor! })).ids.length, 1);
  assert.deepEqual((await ids({ webhookId: newId() })).ids, []);
});

test("counts consecutive failures and resets the count on success", async () => {
  const { webhooks } = t.store;
  const later = new Date(someTime.getTime() + 1_000);
  assert.deepEqual(await webhooks.noteFailure(webhook.id, someTime), { failures: 1, failingSince: someTime });
  assert.deepEqual(await webhooks.noteFailure(webhook.id, later), { failures: 2, failingSince: someTime });
  await webhooks.noteSuccess(webhook.id);
  const found = await webhooks.find(t.organizationId, webhook.id);
  assert.deepEqual([found?.failures, found?.failingSince], [0, null]);
  assert.equal(await webhooks.noteFailure(newId(), someTime), null);
});

test("deletes deliveries with their purged session or deleted webhook", async () => {
  const session = await t.addSession();
  const [ofSession, other] = [outgoing({ sessionId: session.id }), outgoing()];
  for (const delivery of [ofSession, other]) await t.store.outgoing.insert(delivery);
  await t.store.sessionChanges.purge(session.id, someTime);
  assert.equal(await t.store.outgoing.findById(ofSession.id), null);
  assert.notEqual(await t.store.outgoing.findById(other.id), null);
  await t.store.webhooks.delete(t.organizationId, webhook.id);
  assert.equal(await t.store.outgoing.findById(other.id), null);
});

test("deletes old deliveries", async () => {
  const [old, recent] = [outgoing({ createdAt: new Date(0) }), outgoing()];
  for (const delivery of [old, recent]) await t.store.outgoing.insert(delivery);
  assert.equal(await t.store.outgoing.deleteBefore(someTime), 1);
  assert.equal(await t.store.outgoing.findById(old.id), null);
});
