import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { connectForge } from "../../../../testing/connected-forge.ts";
import { aForgeRepository } from "../../../../testing/fake-forge.ts";
import {
  type IntegrationServer,
  publicUrl,
  serveIntegrations,
} from "../../../../testing/integration-server.ts";
import { syncIntegration } from "./sync-integration.ts";

let server: IntegrationServer;
before(async () => {
  server = await serveIntegrations();
});
afterEach(() => {
  server.github.repositories.clear();
  server.github.failing.clear();
});
after(() => server.close());

const never = new AbortController().signal;
const connected = (change?: object) => connectForge(server, change);

test("creates webhooks signed with the integration's secret, only for enabled repositories", async () => {
  const { forge, sync, storedRepositories, update, id } = await connected({
    webhookSecret: "a-secret-of-our-own",
  });
  forge("w1", "acme/web");
  forge("w2", "acme/api");
  await sync();
  const url = `${publicUrl}/api/webhook/github?integration=${id}`;
  assert.equal(server.github.webhooks.get(`w1 ${url}`), undefined);
  assert.equal((await update((await storedRepositories()).w1!.id, { enabled: true })).status, 200);
  assert.equal(server.github.webhooks.get(`w1 ${url}`), "a-secret-of-our-own");
  server.github.webhooks.clear();
  assert.equal((await sync()).webhooks, 1);
  assert.deepEqual([...server.github.webhooks.keys()], [`w1 ${url}`]);
});

test("reports a webhook failure as a sync notice and rejects enabling the repository", async () => {
  const { forge, sync, storedRepositories, update } = await connected();
  forge("1", "acme/web");
  forge("2", "acme/api");
  await sync();
  server.github.failing.set("ensureWebhook", "It lacks the permission to make webhooks.");
  const refused = await update((await storedRepositories())["1"]!.id, { enabled: true });
  assert.deepEqual([refused.status, refused.body.error], [409, "It lacks the permission to make webhooks."]);
  assert.equal((await storedRepositories())["1"]!.enabledAt, null);
  server.github.failing.clear();
  for (const { id } of Object.values(await storedRepositories())) await update(id, { enabled: true });
  server.github.failing.set("ensureWebhook", "It lacks the permission to make webhooks.");
  const { webhooks, notices } = await sync();
  assert.equal(webhooks, 0);
  assert.match(notices.join(" "), /^acme\/api has no webhook: It lacks|^acme\/web has no webhook: It lacks/);
});

test("creates no webhook when the integration polls", async () => {
  const { forge, sync } = await connected({ events: "polling" });
  forge("p1", "acme/web");
  const { webhooks } = await sync({ enablesNew: true });
  assert.equal(webhooks, 0);
  assert.ok(![...server.github.webhooks.keys()].some((key) => key.startsWith("p1 ")));
});

test("creates no webhook, and reports the reason, when a remote forge cannot reach a loopback server", async (t) => {
  const local = await serveIntegrations({ publicUrl: "http://127.0.0.1:3000" });
  t.after(() => local.close());
  local.github.repositories.set("1", aForgeRepository("1", "acme/web"));
  const id = await local.addForge();
  const { webhooks, notices } = await syncIntegration(local.ports, id, { enablesNew: true }, never);
  assert.deepEqual([webhooks, local.github.webhooks.size], [0, 0]);
  assert.match(notices.join(), /https:\/\/github\.com cannot reach http:\/\/127\.0\.0\.1:3000/);
  // Control: a forge on the same machine can reach the server.
  const near = { type: "github", accessToken: "good", baseUrl: "http://127.0.0.1:3001" };
  local.github.repositories.set("1", aForgeRepository("1", "acme/web", { url: "http://127.0.0.1:3001/a/b" }));
  const nearId = await local.addForge(near);
  assert.equal((await syncIntegration(local.ports, nearId, { enablesNew: true }, never)).webhooks, 1);
});
