import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { AuditActor, NewAuditEvent } from "../../../core/accounts/audit/audit-event.ts";
import type { Webhook } from "../../../core/automation/index.ts";
import { newId } from "../../../core/base/index.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const dayMs = 24 * 60 * 60_000;
const address = "192.0.2.7";
const opened = (): NewAuditEvent => ({
  organizationId: t.organizationId,
  action: "terminal.opened",
  object: { kind: "session", id: "s", name: null },
});
const query = (text: string, values: unknown[] = []) => t.database.pool.query(text, values);
const last = async () => (await t.store.audit.list(t.organizationId, { limit: 1 })).items[0]!;
const aWebhook = (): Webhook => ({
  id: newId(),
  organizationId: t.organizationId,
  url: "https://user:word@hooks.example.com/secret-path?token=x",
  description: "",
  events: ["*"],
  enabledAt: someTime,
  disabledAt: null,
  disabledReason: null,
  failures: 0,
  failingSince: null,
  createdAt: someTime,
  updatedAt: someTime,
});

test("rejects updates, deletes and truncation of audit events", async () => {
  await t.store.audit.record(opened());
  const { rowCount } = await query("select 1 from audit_events");
  assert.notEqual(rowCount, 0);
  for (const statement of [
    "update audit_events set action = 'signIn.failed'",
    "delete from audit_events",
    "truncate audit_events",
  ])
    await assert.rejects(query(statement), /cannot be changed or deleted/, statement);
  // Control: the same statements succeed without the guard.
  const client = await t.database.pool.connect();
  try {
    await client.query("begin");
    await client.query("alter table audit_events disable trigger user");
    assert.equal((await client.query("delete from audit_events")).rowCount, rowCount);
    await client.query("rollback");
  } finally {
    client.release();
  }
});

test("deletes only events older than the retention period", async () => {
  await t.store.audit.record(opened());
  const { id } = await last();
  assert.equal(await t.store.audit.expire(new Date(Date.now() - dayMs)), 0);
  assert.equal((await last()).id, id);
  await t.store.audit.record(opened());
  const newest = await last();
  assert.notEqual(await t.store.audit.expire(newest.createdAt), 0);
  await assert.rejects(query("delete from audit_events"), /cannot be changed or deleted/);
  await t.store.audit.expire(new Date(Date.now() + dayMs));
  assert.equal(await last(), undefined);
});

test("commits a change and its audit event together or not at all", async () => {
  const webhook = aWebhook();
  const failure = new Error("afterwards");
  const insert = (fails: boolean) =>
    t.store.transaction(async (tx) => {
      await tx.webhooks.insert(webhook);
      if (fails) throw failure;
    });
  await assert.rejects(insert(true), failure);
  const of = (objectId: string) => t.store.audit.list(t.organizationId, { limit: 10, objectId });
  assert.deepEqual((await of(webhook.id)).items, []);
  await insert(false);
  const { items } = await of(webhook.id);
  assert.deepEqual(
    items.map(({ action, object }) => [action, object.name]),
    [["webhook.created", "hooks.example.com"]],
  );
});

test("records the current actor in transactions, in single writes and under concurrency", async () => {
  const actors: AuditActor[] = Array.from({ length: 8 }, (_, index) =>
    index % 2 === 0
      ? { kind: "user", userId: newId(), keyId: newId(), address }
      : { kind: "session", sessionId: newId() },
  );
  const make = async (actor: AuditActor, index: number) => {
    const webhook = aWebhook();
    await t.store.actingAs(actor, () =>
      index < 4 ? t.store.transaction((tx) => tx.webhooks.insert(webhook)) : t.store.webhooks.insert(webhook),
    );
    return webhook.id;
  };
  const ids = await Promise.all(actors.map(make));
  for (const [index, objectId] of ids.entries()) {
    const [event] = (await t.store.audit.list(t.organizationId, { limit: 1, objectId })).items;
    const actor = actors[index]!;
    assert.equal(event?.actor.kind, actor.kind);
    if (actor.kind === "user")
      assert.deepEqual([event?.actor.userId, event?.address], [actor.userId, address]);
    if (actor.kind === "session") assert.equal(event?.actor.sessionId, actor.sessionId);
  }
  await t.store.webhooks.insert(aWebhook());
  const { actor, address: none } = await last();
  assert.deepEqual(
    [actor.kind, none],
    ["system", null],
    "records the system after the user's code has ended",
  );
});

test("records no event for a webhook's failure count or a key's last use", async () => {
  const webhook = aWebhook();
  await t.store.webhooks.insert(webhook);
  const { id } = await last();
  await t.store.webhooks.noteFailure(webhook.id, someTime);
  await query("update api_keys set last_used_at = now()");
  assert.equal((await last()).id, id);
  await t.store.webhooks.update({ ...webhook, events: ["session.*"] });
  const { action, details } = await last();
  assert.deepEqual([action, details], ["webhook.updated", { changed: ["events"] }]);
});
