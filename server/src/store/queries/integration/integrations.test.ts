import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { type Delivery, defaultIntegrationSettings, type Integration } from "../../../core/forges/index.ts";
import { aMessage, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

let made = 0;
const anIntegration = (change: Partial<Integration> = {}): Integration => ({
  // IDs that are created in the same millisecond have no order.
  id: newId(someTime.getTime() + made++),
  organizationId: t.organizationId,
  forge: "github",
  displayName: "GitHub",
  webUrl: "https://github.com",
  apiUrl: "https://api.github.com",
  account: null,
  settings: defaultIntegrationSettings,
  enabledAt: someTime,
  lastSyncedAt: null,
  createdAt: someTime,
  updatedAt: someTime,
  ...change,
});

const aDelivery = (integration: Integration, change: Partial<Delivery> = {}): Delivery => ({
  id: newId(),
  organizationId: t.organizationId,
  integrationId: integration.id,
  forge: integration.forge,
  deliveryId: "d-1",
  eventName: "issues",
  source: "webhook",
  headers: { "x-github-event": "issues" },
  body: Buffer.from("{}"),
  status: "received",
  outcome: null,
  sessionId: null,
  receivedAt: someTime,
  workedAt: null,
  ...change,
});

test("stores, updates and lists integrations by kind", async () => {
  const github = anIntegration();
  const gitlab = anIntegration({ forge: "gitlab", displayName: "GitLab", enabledAt: null });
  for (const one of [github, gitlab]) await t.store.integrations.insert(one);
  assert.deepEqual(await t.store.integrations.find(t.organizationId, github.id), github);
  assert.equal(await t.store.integrations.find(newId(), github.id), null);
  const changed = { ...github, account: { id: "7", login: "tembo-bot" }, lastSyncedAt: someTime };
  await t.store.integrations.update(changed);
  assert.deepEqual(await t.store.integrations.findById(github.id), changed);
  const list = async (filter: object) =>
    (await t.store.integrations.list(t.organizationId, { limit: 10, ...filter })).items.map(({ id }) => id);
  assert.deepEqual(await list({}), [gitlab.id, github.id]);
  assert.deepEqual(await list({ forges: ["gitlab"] }), [gitlab.id]);
  assert.deepEqual(await list({ enabled: true }), [github.id]);
  assert.deepEqual(await list({ search: "hub" }), [github.id]);
  assert.deepEqual(
    (await t.store.integrations.enabledOf("github", 10)).map(({ id }) => id),
    [github.id],
  );
  assert.deepEqual(await t.store.integrations.enabledOf("gitlab", 10), []);
  await assert.rejects(t.store.integrations.update(anIntegration()), { code: "not_found" });
});

test("finds a repository by its forge ID, which another organization may also use", async () => {
  const integration = anIntegration();
  await t.store.integrations.insert(integration);
  const url = "https://github.com/acme/app";
  const of = { forge: "github", integrationId: integration.id, externalId: "42", connectedUrl: url } as const;
  const repository = await t.addRepository({ ...of, owner: "acme", name: "app" });
  const renamed = { ...repository, name: "renamed", connectedUrl: "https://github.com/acme/renamed" };
  await t.store.repositories.update(renamed);
  assert.deepEqual(await t.store.repositories.findByExternalId(integration.id, "42"), renamed);
  assert.equal(
    (await t.store.repositories.findByConnectedUrl(t.organizationId, renamed.connectedUrl))?.id,
    repository.id,
  );
  assert.deepEqual(
    await t.store.integrations.repositoryCounts([integration.id]),
    new Map([[integration.id, 1]]),
  );
  await assert.rejects(t.addRepository({ ...of, externalId: "43", connectedUrl: renamed.connectedUrl }), {
    code: "conflict",
  });
  const others = anIntegration({ organizationId: newId() });
  await t.store.organizations.insert({ id: others.organizationId, name: "Others" });
  await t.store.integrations.insert(others);
  await t.addRepository({
    ...of,
    organizationId: others.organizationId,
    integrationId: others.id,
    owner: "acme",
    name: "app",
  });
});

test("deletes an integration's deliveries, and disables its repositories, when the integration is removed", async () => {
  const integration = anIntegration();
  await t.store.integrations.insert(integration);
  const repository = await t.addRepository({
    forge: "gitea",
    integrationId: integration.id,
    externalId: "1",
    connectedUrl: "https://git.example/acme/app",
  });
  const delivery = aDelivery(integration);
  await t.store.deliveries.insert(delivery);
  await t.store.integrations.delete(t.organizationId, integration.id);
  assert.equal(await t.store.integrations.findById(integration.id), null);
  assert.equal(await t.store.deliveries.findById(delivery.id), null);
  const left = await t.store.repositories.find(t.organizationId, repository.id);
  assert.deepEqual([left?.integrationId, left?.enabledAt, left?.externalId], [null, null, "1"]);
});

test("stores a repeated delivery once and accepts a repeated insert of the same delivery", async () => {
  const integration = anIntegration();
  await t.store.integrations.insert(integration);
  const delivery = aDelivery(integration, { body: Buffer.from([0, 255, 10]) });
  assert.equal(await t.store.deliveries.insert(delivery), true);
  assert.equal(await t.store.deliveries.insert(delivery), true);
  assert.equal(await t.store.deliveries.insert(aDelivery(integration)), false);
  assert.deepEqual(await t.store.deliveries.find(t.organizationId, delivery.id), delivery);
  assert.equal(await t.store.deliveries.find(newId(), delivery.id), null);
  await t.store.deliveries.finish(
    delivery.id,
    { status: "ignored", outcome: "Nothing.", sessionId: null },
    someTime,
  );
  const { items } = await t.store.deliveries.list(t.organizationId, {
    limit: 5,
    integrationId: integration.id,
  });
  assert.deepEqual(
    items.map(({ status, outcome, workedAt }) => [status, outcome, workedAt]),
    [["ignored", "Nothing.", someTime]],
  );
  assert.equal(await t.store.deliveries.deleteBefore(new Date(someTime.getTime() + 1)), 1);
});

test("assigns a comment to one message, even if the transaction is repeated", async () => {
  const repository = await t.addRepository();
  const session = await t.addSession();
  const [first, second] = [aMessage({ sessionId: session.id }), aMessage({ sessionId: session.id })];
  const take = (messageId: string, ids: string[]) =>
    t.store.messages.takeComments(messageId, repository.id, ids);
  assert.deepEqual((await take(first.id, ["1", "2"])).sort(), ["1", "2"]);
  assert.deepEqual((await take(first.id, ["1", "2"])).sort(), ["1", "2"]);
  assert.deepEqual(await take(second.id, ["2", "3"]), ["3"]);
});

test("finds the latest session started from a source", async () => {
  const source = {
    kind: "issue",
    repositoryId: newId(),
    number: 5,
    url: "https://forge.example/5",
    title: "It breaks",
  } as const;
  await t.addSession({ source });
  const latest = await t.addSession({ source });
  await t.addSession({ source: { ...source, number: 6 } });
  assert.equal((await t.store.sessions.findBySource(t.organizationId, source))?.id, latest.id);
  assert.deepEqual((await t.store.sessions.get(latest.id)).source, source);
  assert.equal(
    await t.store.sessions.findBySource(t.organizationId, { ...source, kind: "pullRequest" }),
    null,
  );
});
