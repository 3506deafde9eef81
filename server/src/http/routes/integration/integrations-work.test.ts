import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { aForgeRepository } from "../../../testing/fake-forge.ts";
import { type IntegrationServer, publicUrl, serveIntegrations } from "../../../testing/integration-server.ts";

let server: IntegrationServer;
before(async () => {
  server = await serveIntegrations();
});
after(() => server.close());

test("reports a revoked token and the last sync's failure in the connection test", async () => {
  const id = await server.addForge({
    type: "github",
    accessToken: "good",
    baseUrl: "https://revoked.example",
  });
  const healthy = await server.call(`POST /v1/integrations/${id}/test`);
  assert.deepEqual(healthy.body, { healthy: true, message: "Everything is permitted." });
  server.github.accounts.delete("good");
  server.github.repositories.set("1", aForgeRepository("1", "a/b"));
  try {
    const synced = await server.call(`POST /v1/integrations/${id}/sync`, { mode: "immediate" });
    assert.equal(synced.status, 409);
    assert.match(synced.body.error, /does not take the token any more/);
    const { body } = await server.call(`POST /v1/integrations/${id}/test`);
    assert.equal(body.healthy, false);
    assert.match(
      body.message,
      /^github does not take the token.*The last sync failed at .*make a new one\.$/,
    );
  } finally {
    server.github.repositories.clear();
    server.github.accounts.set("good", "tembo-bot");
  }
});

test("returns the forge's remaining rate limit, or 400 when the forge reports none", async () => {
  const id = await server.addForge({
    type: "github",
    accessToken: "good",
    baseUrl: "https://limits.example",
  });
  assert.equal((await server.call(`GET /v1/integrations/${id}/rate-limit`)).status, 400);
  const resetAt = new Date("2026-01-01T00:00:00Z");
  server.github.rateLimit = {
    core: { limit: 5000, remaining: 4999, used: 1, resetAt },
    graphql: null,
    search: null,
  };
  const { body } = await server.call(`GET /v1/integrations/${id}/rate-limit`);
  assert.equal(body.core.remaining, 4999);
  assert.deepEqual(body.search, { limit: 0, remaining: 0, used: 0, resetAt: resetAt.toISOString() });
});

test("requests a sync of one or all integrations, and counts the syncs in progress", async () => {
  const id = await server.addForge({ type: "github", accessToken: "good", baseUrl: "https://sync.example" });
  const status = async () => (await server.call("GET /v1/integrations/sync/status")).body;
  const before = await status();
  const queued = await server.call(`POST /v1/integrations/${id}/sync`, {});
  assert.equal(queued.body.mode, "queued");
  assert.deepEqual(server.jobs.at(-1), {
    kind: "integrationSync",
    integrationId: id,
    requestId: queued.body.jobId,
  });
  assert.equal((await status()).activeJobCount, before.activeJobCount + 1);
  const all = await server.call("POST /v1/integrations/sync", {});
  assert.equal(all.body.integrationSyncJobCount, before.eligibleIntegrationCount);
  const now = await server.call(`POST /v1/integrations/${id}/sync`, { mode: "immediate" });
  assert.deepEqual(now.body, { integrationId: id, jobId: null, mode: "immediate" });
  assert.equal((await server.call(`GET /v1/integrations/${id}`)).body.lastSyncedAt !== null, true);
});

test("lists the providers and their triggers, and pages by position", async () => {
  const providers = (await server.call("GET /v1/integrations/providers")).body;
  const github = providers.items.find((one: { name: string }) => one.name === "github");
  assert.deepEqual([github.installed, github.comingSoon], [true, false]);
  assert.equal(github.redirectUrl, `${publicUrl}/api/integrations/callback`);
  const planned = providers.items.find((one: { comingSoon: boolean }) => one.comingSoon);
  assert.equal(planned.forge, undefined);
  assert.deepEqual(
    providers.items.flatMap(({ forge }: { forge?: { label: string } }) => forge?.label ?? []),
    ["GitHub", "GitLab", "Bitbucket", "Gitea"],
  );
  const { setupMethods, mentionPrefixes } = providers.items[2].forge;
  assert.deepEqual(mentionPrefixes, ["/", "@"]);
  assert.deepEqual(
    setupMethods.map((method: { fields: { name: string }[] }) => method.fields.map(({ name }) => name)),
    [
      ["accessToken", "username"],
      ["oauth.clientId", "oauth.clientSecret"],
    ],
  );
  const page = (await server.call("GET /v1/integrations/triggers?limit=1&cursor=1")).body;
  assert.deepEqual([page.items.length, page.items[0].integrationType, page.nextCursor], [1, "gitlab", "2"]);
  const all = (await server.call("GET /v1/integrations/triggers")).body;
  const names = all.items.flatMap((one: { triggers: { name: string }[] }) =>
    one.triggers.map(({ name }) => name),
  );
  assert.equal(new Set(names).size, names.length);
  assert.ok(
    names.includes("gitea.pull_request.opened") &&
      names.includes("local.issue.opened") &&
      !names.some((name: string) => /gitea.workflow/.test(name)),
  );
});
