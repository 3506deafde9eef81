import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { syncIntegration } from "../../../core/forges/connection/sync/sync-integration.ts";
import {
  defaultRepositorySettings,
  deleteIntegration,
  updateRepository,
} from "../../../core/forges/index.ts";
import { aForgeRepository } from "../../../testing/fake-forge.ts";
import { type IntegrationServer, serveIntegrations } from "../../../testing/integration-server.ts";

let server: IntegrationServer;
let integrationId: string;
let ids: Record<string, string>;

before(async () => {
  server = await serveIntegrations();
  integrationId = await server.addForge({ type: "github", accessToken: "good", displayName: "Our GitHub" });
  const { repositories } = server.github;
  repositories.set("1", aForgeRepository("1", "acme/web"));
  repositories.set("2", aForgeRepository("2", "acme/old", { isArchived: true }));
  repositories.set("3", aForgeRepository("3", "acme/theirs", { canPush: false }));
  await syncIntegration(server.ports, integrationId, { enablesNew: false }, new AbortController().signal);
  const all = await server.testStore.store.repositories.ofIntegration(integrationId);
  ids = Object.fromEntries(all.map(({ name, id }) => [name, id]));
});
after(() => server.close());

const namesIn = (body: { items: { name: string }[] }) => body.items.map(({ name }) => name).sort();
const list = async (query = "") => (await server.call(`GET /v1/repositories${query}`)).body;
const patch = (name: string, body: object) => server.call(`PATCH /v1/repositories/${ids[name]}`, body);

test("lists enabled repositories by default and others on request", async () => {
  const local = await server.testStore.addRepository({ name: "local" });
  assert.deepEqual(namesIn(await list()), ["local"]);
  assert.deepEqual(namesIn(await list("?enabled=false")), ["old", "theirs", "web"]);
  assert.deepEqual(namesIn(await list("?enabled=all")), ["local", "old", "theirs", "web"]);
  assert.deepEqual(namesIn(await list(`?enabled=all&integrationId=${integrationId}&search=ACME/O`)), ["old"]);
  assert.deepEqual(namesIn(await list(`?ids=${local.id}&ids=${ids.web}`)), ["local"]);
  const first = await list("?enabled=all&limit=3&order=asc");
  const second = await list(`?enabled=all&limit=3&order=asc&cursor=${first.nextCursor}`);
  assert.deepEqual([...namesIn(first), ...namesIn(second)].sort(), ["local", "old", "theirs", "web"]);
  assert.equal(second.nextCursor, null);
});

test("returns the integration of an enabled repository in both API generations", async () => {
  const { status, body } = await patch("web", { enabled: true });
  assert.equal(status, 200);
  assert.deepEqual(body.provider, { type: "github", displayName: "Our GitHub", integrationId });
  const { codeRepositories } = (await server.call("GET /repository/list")).body;
  const legacy = codeRepositories.find((one: { id: string }) => one.id === ids.web);
  assert.deepEqual(legacy.integration, {
    id: integrationId,
    type: "github",
    name: "Our GitHub",
    configuration: {},
  });
  assert.equal(
    (await patch("web", { enabled: true })).body.enabledAt,
    body.enabledAt,
    "enabling again changes nothing",
  );
  assert.equal((await patch("web", { enabled: false })).body.enabledAt, null);
});

test("rejects enabling an archived repository or one without push access, and explains why", async () => {
  for (const [name, why] of [
    ["old", /archived on its forge/],
    ["theirs", /cannot push to acme\/theirs/],
  ] as const) {
    const { status, body } = await patch(name, { enabled: true });
    assert.equal(status, 409);
    assert.match(body.error, why);
  }
});

test("rejects enabling a repository of a disabled integration", async () => {
  await server.call(`PATCH /v1/integrations/${integrationId}`, { settings: { enabled: false } });
  const { status, body } = await patch("web", { enabled: true });
  assert.deepEqual([status, body.error], [409, 'The integration "Our GitHub" is disabled. Enable it again.']);
  await server.call(`PATCH /v1/integrations/${integrationId}`, { settings: { enabled: true } });
  assert.equal((await patch("web", { enabled: true })).status, 200);
});

test("updates repository settings, and rejects empty and invalid bodies", async () => {
  assert.equal((await patch("web", { fixesChecks: true, baseBranch: "develop" })).body.baseBranch, "develop");
  const stored = await server.testStore.store.repositories.find(server.testStore.organizationId, ids.web!);
  assert.deepEqual(stored!.settings, {
    ...defaultRepositorySettings,
    fixesChecks: true,
    baseBranch: "develop",
  });
  const labeled = await patch("web", { pullRequestLabels: ["bot"], pullRequestReviewers: ["ada"] });
  assert.equal(labeled.status, 200);
  const again = await server.testStore.store.repositories.find(server.testStore.organizationId, ids.web!);
  assert.deepEqual([again!.settings.labels, again!.settings.reviewers], [["bot"], ["ada"]]);
  for (const body of [{}, { enabled: "yes" }, { baseBranch: "a..b" }, { owner: "x" }]) {
    assert.equal((await patch("web", body)).status, 400, JSON.stringify(body));
  }
  assert.equal((await server.call(`PATCH /v1/repositories/${newId()}`, { enabled: true })).status, 404);
});

test("keeps a repository disabled when its integration is deleted while it is being enabled", async () => {
  const baseUrl = "https://gone.example";
  const id = await server.addForge({ type: "gitlab", accessToken: "good", baseUrl });
  const repository = await server.testStore.addRepository({
    forge: "gitlab",
    integrationId: id,
    externalId: "7",
    connectedUrl: `${baseUrl}/a/b`,
    enabledAt: null,
  });
  const { adapter, repositories } = server.gitlab;
  repositories.set("7", aForgeRepository("7", "a/b", { url: `${baseUrl}/a/b` }));
  const connect = adapter.connect.bind(adapter);
  const ports = {
    ...server.ports,
    forges: {
      ...server.ports.forges,
      gitlab: {
        ...adapter,
        connect: (connection: Parameters<typeof connect>[0]) => ({
          ...connect(connection),
          ensureWebhook: () => deleteIntegration(server.ports, repository.organizationId, id),
        }),
      },
    },
  };
  await assert.rejects(updateRepository(ports, repository.organizationId, repository.id, { enabled: true }), {
    code: "conflict",
    message: /deleted or added in the meantime/,
  });
  const kept = await server.testStore.store.repositories.find(repository.organizationId, repository.id);
  assert.equal(kept!.enabledAt, null);
});

test("disables and enables a local repository without a forge", async () => {
  const { id } = await server.testStore.addRepository();
  assert.equal((await server.call(`PATCH /v1/repositories/${id}`, { enabled: false })).body.enabledAt, null);
  assert.notEqual(
    (await server.call(`PATCH /v1/repositories/${id}`, { enabled: true })).body.enabledAt,
    null,
  );
});

test("removes a repository only from the local forge, and only if no turn uses it", async () => {
  const { testStore } = server;
  const repository = await testStore.addRepository({ owner: "busy", name: "app" });
  const session = await testStore.addSession({}, [repository]);
  const lease = await testStore.startTurn(session.id);
  const remove = (id: string) => server.call(`DELETE /v1/repositories/${id}`);
  const refused = await remove(repository.id);
  assert.equal(refused.status, 409);
  assert.match(
    refused.body.error,
    /busy\/app cannot be deleted, because running turns use it\. Stop their sessions/,
  );
  await testStore.store.turns.end(lease, { status: "completed" }, testStore.clock.now());
  const removed = await remove(repository.id);
  assert.deepEqual([removed.status, removed.body], [200, { id: repository.id, deleted: true }]);
  assert.equal((await server.call(`GET /v1/repositories/${repository.id}`)).status, 404);
  assert.equal((await remove(repository.id)).status, 404);
  const ofIntegration = await remove(ids.web!);
  assert.equal(ofIntegration.status, 409);
  assert.match(ofIntegration.body.error, /belongs to an integration/);
});
