import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { operations, type WebhookDelivery } from "@tembo/contract";
import { createSecret } from "../../../core/access/index.ts";
import { type Job, newId } from "../../../core/base/index.ts";
import type { Delivery, Integration } from "../../../core/forges/index.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { someTime } from "../../../testing/test-store.ts";
import { addIntegration } from "../../../testing/webhook-fixture.ts";

let served: Served;
let key: string;
let integration: Integration;
let other: Integration;
let jobs: Job[] = [];

before(async () => {
  served = await serve();
  const { testStore, ports } = served;
  const { organizationId } = testStore;
  ports.engine.enqueueJob = async (_, job) => void jobs.push(job);
  key = await served.addKey(organizationId);
  integration = await addIntegration(ports, { organizationId, secret: "the-webhook-secret-01" });
  other = await addIntegration(ports, { organizationId, secret: "another-webhook-secret-01" });
});
after(() => served.close());
beforeEach(() => {
  jobs = [];
});

async function add(change: Partial<Delivery> = {}): Promise<Delivery> {
  const id = newId();
  const delivery: Delivery = {
    id,
    organizationId: served.testStore.organizationId,
    integrationId: integration.id,
    forge: "github",
    deliveryId: `d-${id}`,
    eventName: "issues",
    source: "webhook",
    headers: { "x-github-event": "issues" },
    body: Buffer.from('{"action":"opened"}'),
    status: "received",
    outcome: null,
    sessionId: null,
    receivedAt: someTime,
    workedAt: null,
    ...change,
  };
  await served.testStore.store.deliveries.insert(delivery);
  return delivery;
}

async function ask(path: string, init?: RequestInit) {
  const response = await served.ask(`/v1/webhook-deliveries${path}`, key, init);
  return { status: response.status, body: await response.json() };
}

test("lists deliveries newest first without bodies, and filters by integration and status", async () => {
  const first = await add();
  const second = await add({ integrationId: other.id, status: "failed", outcome: "No.", workedAt: someTime });
  const listed = async (query: string) => {
    const { body } = await ask(query);
    return operations.webhookDeliveryList.response.parse(body).items;
  };
  assert.deepEqual(
    (await listed("?limit=2")).map(({ id }) => id),
    [second.id, first.id],
  );
  assert.deepEqual(await listed("?status=failed"), [
    {
      id: second.id,
      integrationId: other.id,
      provider: "github",
      deliveryId: second.deliveryId,
      eventName: "issues",
      source: "webhook",
      status: "failed",
      outcome: "No.",
      sessionId: null,
      receivedAt: someTime.toISOString(),
      workedAt: someTime.toISOString(),
    } satisfies WebhookDelivery,
  ]);
  assert.deepEqual(
    (await listed(`?integrationId=${other.id}`)).map(({ id }) => id),
    [second.id],
  );
  assert.equal((await ask("?status=lost")).status, 400);
});

test("shows a delivery's headers and body with masked secrets", async () => {
  await createSecret(served.ports, served.testStore.organizationId, {
    key: "DEPLOY",
    value: "sesame-42-open",
  });
  const body = JSON.stringify({
    text: "our key is sesame-42-open, the forge's forge-token-0123456789",
    hook: { secret: 'cut "here", at', webhook_token: "t-1", name: "kept" },
    signed: "the-webhook-secret-01",
  });
  const { id } = await add({ body: Buffer.from(body) });
  const answer = await ask(`/${id}`);
  const shown = operations.webhookDeliveryRetrieve.response.parse(answer.body);
  assert.deepEqual(shown.headers, { "x-github-event": "issues" });
  assert.equal(shown.isBodyCut, false);
  assert.deepEqual(JSON.parse(shown.body), {
    text: "our key is [secret DEPLOY], the forge's [secret of the integration]",
    hook: { secret: "[secret]", webhook_token: "[secret]", name: "kept" },
    signed: "[secret of the integration]",
  });
});

test("truncates a large body without revealing a secret at the truncation point", async () => {
  const body = `${"x".repeat(1024 * 1024 - 4)}forge-token-0123456789`;
  const { id } = await add({ body: Buffer.from(body) });
  const shown = operations.webhookDeliveryRetrieve.response.parse((await ask(`/${id}`)).body);
  assert.equal(shown.isBodyCut, true);
  assert.equal(shown.body.length, 1024 * 1024);
  assert.ok(shown.body.endsWith("x[sec"));
});

test("returns a delivery whose body is designed to be slow to mask", async () => {
  for (const body of [
    `"${"token".repeat(200_000)}`,
    '"secret": "'.repeat(90_000),
    `"token":"${"\\".repeat(999_999)}`,
  ]) {
    const { id } = await add({ body: Buffer.from(body) });
    assert.equal((await ask(`/${id}`)).status, 200);
  }
});

test("replays a delivery as a new one with the same body", async () => {
  const first = await add({ status: "failed", outcome: "No.", workedAt: someTime });
  const answer = await ask(`/${first.id}/replay`, { method: "POST" });
  assert.equal(answer.status, 201);
  const shown = operations.webhookDeliveryReplay.response.parse(answer.body);
  assert.deepEqual([shown.source, shown.status, shown.outcome], ["replay", "received", null]);
  assert.notEqual(shown.deliveryId, first.deliveryId);
  assert.deepEqual(jobs, [{ kind: "delivery", deliveryId: shown.id }]);
  const kept = await served.testStore.store.deliveries.findById(shown.id);
  assert.deepEqual([kept!.body, kept!.headers], [first.body, first.headers]);
  assert.equal((await served.testStore.store.deliveries.findById(first.id))!.status, "failed");
  const again = await ask(`/${first.id}/replay`, { method: "POST" });
  assert.equal(again.status, 201);
  assert.equal(jobs.length, 2);
});

test("returns 404 for an unknown delivery, and for a delivery of another organization", async () => {
  const otherOrganizationId = newId();
  await served.testStore.store.organizations.insert({ id: otherOrganizationId, name: "Them" });
  const stranger = await served.addKey(otherOrganizationId);
  const { id } = await add();
  for (const [path, method] of [
    [`/${id}`, "GET"],
    [`/${id}/replay`, "POST"],
  ] as const) {
    const response = await served.ask(`/v1/webhook-deliveries${path}`, stranger, { method });
    assert.equal(response.status, 404);
    assert.partialDeepStrictEqual(await response.json(), { error: `Webhook delivery ${id} was not found.` });
  }
  assert.deepEqual(jobs, []);
  assert.equal((await ask(`/${newId()}`)).status, 404);
});
