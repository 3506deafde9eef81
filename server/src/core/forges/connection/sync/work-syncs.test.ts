import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { connectForge } from "../../../../testing/connected-forge.ts";
import { type IntegrationServer, serveIntegrations } from "../../../../testing/integration-server.ts";
import { issueOpened } from "../../../../testing/webhook-fixture.ts";
import { workSyncs } from "./work-syncs.ts";

let server: IntegrationServer;
before(async () => {
  server = await serveIntegrations();
});
afterEach(() => {
  server.github.repositories.clear();
  server.github.failing.clear();
  server.github.queuedEvents.length = 0;
});
after(() => server.close());

const never = new AbortController().signal;
const openOf = (id: string) => server.testStore.store.integrationSetup.openSyncs(id);
const readLastSync = async (id: string) =>
  (await server.call(`GET /v1/integrations/${id}/settings`)).body.lastSync as {
    readonly status: string;
    readonly outcome: string;
  };

test("completes all requests with one sync, and runs a scheduled sync without a request", async () => {
  const { forge, id, storedRepositories } = await connectForge(server);
  forge("1", "acme/web");
  await server.call(`POST /v1/integrations/${id}/sync`, { enablesNewRepositories: true });
  assert.equal((await openOf(id)).length, 2);
  const result = await workSyncs(server.ports, id, never);
  assert.equal(result?.added, 1);
  assert.notEqual(
    (await storedRepositories())["1"]!.enabledAt,
    null,
    "one of the requests enables new repositories",
  );
  assert.deepEqual(await openOf(id), []);
  const { status, outcome } = await readLastSync(id);
  assert.equal(status, "succeeded");
  assert.match(outcome, /^Found 1 repository on the forge: 1 new, /);
  forge("2", "acme/api");
  assert.equal((await workSyncs(server.ports, id, never))?.added, 1);
  assert.equal((await storedRepositories())["2"]!.enabledAt, null);
  const { rows } = await server.testStore.database.pool.query(
    "select count(*)::int as total from integration_syncs where integration_id = $1",
    [id],
  );
  assert.equal(rows[0].total, 1, "keeps only the last completed request");
});

test("records a forge failure and retries the sync with the requested options", async () => {
  const { forge, id, storedRepositories } = await connectForge(server);
  forge("1", "acme/web");
  await server.call(`POST /v1/integrations/${id}/sync`, { enablesNewRepositories: true });
  server.github.failing.set("listRepositories", "The rate limit is over at noon.");
  await assert.rejects(workSyncs(server.ports, id, never), { code: "forge_failed" });
  const failed = await readLastSync(id);
  assert.deepEqual([failed.status, failed.outcome], ["failed", "The rate limit is over at noon."]);
  server.github.failing.clear();
  await workSyncs(server.ports, id, never);
  assert.equal((await readLastSync(id)).status, "succeeded");
  assert.notEqual((await storedRepositories())["1"]!.enabledAt, null);
});

test("fetches new events during a sync only if the integration polls", async () => {
  for (const [events, expected] of [
    ["polling", /New events: 1\.$/],
    ["webhook", /Webhooks are set up for 1 repository\.$/],
  ] as const) {
    const { forge, id } = await connectForge(server, { events, enablesNewRepositories: true });
    forge(`of-${events}`, `acme/${events}`);
    server.github.queuedEvents.push(issueOpened(1, `of-${events}`));
    await workSyncs(server.ports, id, never);
    assert.match((await readLastSync(id)).outcome, expected);
    server.github.repositories.clear();
  }
});

test("fails the requests with the error for a revoked token, and does not retry", async (t) => {
  const { forge, id } = await connectForge(server);
  forge("1", "acme/web");
  server.github.accounts.delete("good");
  t.after(() => server.github.accounts.set("good", "tembo-bot"));
  assert.equal(await workSyncs(server.ports, id, never), null);
  assert.deepEqual(await openOf(id), []);
  assert.match((await readLastSync(id)).outcome, /does not take the token any more/);
});

test("leaves an interrupted request open, and skips a deleted integration", async () => {
  const { forge, id } = await connectForge(server);
  forge("1", "acme/web");
  const stopped = AbortSignal.abort(new Error("handed back"));
  await assert.rejects(workSyncs(server.ports, id, stopped), /handed back/);
  assert.equal((await openOf(id)).length, 1);
  await server.call(`DELETE /v1/integrations/${id}`);
  assert.equal(await workSyncs(server.ports, id, never), null);
});

test("sends no request for a disabled integration", async () => {
  const { id } = await connectForge(server);
  await server.call(`PATCH /v1/integrations/${id}`, { settings: { enabled: false } });
  const before = server.github.connections.length;
  assert.equal(await workSyncs(server.ports, id, never), null);
  assert.equal(server.github.connections.length, before);
  assert.match((await readLastSync(id)).outcome, /is disabled or not yet authorized/);
});
