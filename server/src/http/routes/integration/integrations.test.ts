import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { integrationSecretsOf } from "../../../core/forges/index.ts";
import { defaultRepositoryOf } from "../../../core/forges/repository/default-repository.ts";
import { type IntegrationServer, publicUrl, serveIntegrations } from "../../../testing/integration-server.ts";

let server: IntegrationServer;
before(async () => {
  server = await serveIntegrations();
});
after(() => server.close());

const everythingStored = async () => {
  const { rows } = await server.testStore.database.pool.query(
    "select (select count(*) from integrations) as a, (select count(*) from secrets where kind = 'integration') as b",
  );
  return rows[0];
};

test("returns the forge's error for a rejected token and stores nothing", async () => {
  const earlier = await everythingStored();
  const jobs = server.jobs.length;
  const { status, body } = await server.call("POST /v1/integrations", {
    type: "gitlab",
    accessToken: "wrong",
  });
  assert.partialDeepStrictEqual(
    [status, body],
    [400, { error: "gitlab does not take the token any more; make a new one." }],
  );
  assert.deepEqual(await everythingStored(), earlier);
  assert.equal(server.jobs.length, jobs);
});

test("connects a forge, requests the first sync and never reveals the sealed credential", async () => {
  server.gitlab.accounts.set("glpat-very-secret", "group-bot");
  const { status, body } = await server.call("POST /v1/integrations", {
    type: "gitlab",
    accessToken: "glpat-very-secret",
  });
  assert.equal(status, 201, JSON.stringify(body));
  const { id } = body.integration;
  assert.deepEqual(
    { ...body.integration, id: "", enabledAt: "", createdAt: "", updatedAt: "" },
    {
      id: "",
      type: "gitlab",
      displayName: "gitlab.com",
      enabledAt: "",
      lastSyncedAt: null,
      repositoryCount: 0,
      sourceCount: 0,
      createdAt: "",
      updatedAt: "",
    },
  );
  assert.equal(body.sessionSourceId, null);
  const job = server.jobs.at(-1)!;
  assert.ok(job.kind === "integrationSync" && job.integrationId === id);
  const { connections } = server.gitlab;
  assert.equal(connections.at(-1)!.apiUrl, "https://gitlab.com/api/v4");
  const integration = (await server.testStore.store.integrations.findById(id))!;
  const secrets = (await integrationSecretsOf(server.ports, integration))!;
  assert.match(secrets.webhookSecret, /^[0-9a-f]{64}$/);
  const logged = server.ports.logMask.mask(`got glpat-very-secret and ${secrets.webhookSecret}`);
  assert.equal(logged, "got [secret FORGE_TOKEN] and [secret WEBHOOK_SECRET]");
  const { rows } = await server.testStore.database.pool.query(
    "select jsonb_agg(i)::text as text from integrations i",
  );
  for (const path of ["", `/${id}`, `/${id}/settings`]) {
    const shown = await server.call(`GET /v1/integrations${path}`);
    assert.equal(shown.status, 200);
    const all = JSON.stringify(shown.body) + rows[0].text + server.warnings.join() + server.logged.join();
    assert.ok(!all.includes("glpat-very-secret") && !all.includes(secrets.webhookSecret), path);
  }
});

test("rejects connecting the same account twice in an organization but not in two organizations", async () => {
  const body = { type: "gitlab", accessToken: "twice", baseUrl: "https://twice.example" };
  server.gitlab.accounts.set("twice", "one-bot");
  assert.equal((await server.call("POST /v1/integrations", body)).status, 201);
  const again = await server.call("POST /v1/integrations", body);
  assert.equal(again.status, 409);
  assert.match(again.body.error, /one-bot at https:\/\/twice\.example is already connected/);
  const other = newId();
  await server.testStore.store.organizations.insert({ id: other, name: "Other" });
  assert.equal((await server.call("POST /v1/integrations", body, await server.addKey(other))).status, 201);
});

test("connects an account once on concurrent requests", async () => {
  server.gitlab.accounts.set("race", "race-bot");
  const body = { type: "gitlab", accessToken: "race", baseUrl: "https://race.example" };
  const both = await Promise.all([1, 2, 3].map(() => server.call("POST /v1/integrations", body)));
  assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409, 409]);
});

test("rejects a body with no credential, two credentials or unknown values", async () => {
  for (const body of [
    { type: "gitlab" },
    { type: "github", accessToken: "a", appManifest: true },
    { type: "slack", accessToken: "a" },
    { type: "gitlab", accessToken: "a", roleArn: "x" },
    { type: "gitlab", accessToken: "a", events: "carrier pigeon" },
    { type: "gitlab", accessToken: "a", mentionName: "@tembo" },
    { type: "gitea", accessToken: "a" },
    { type: "gitlab", accessToken: "a\n" },
  ]) {
    assert.equal((await server.call("POST /v1/integrations", body)).status, 400, JSON.stringify(body));
  }
});

test("updates individual settings, and accepts only an enabled repository of the organization as the default", async () => {
  const id = await server.addForge({
    type: "github",
    accessToken: "good",
    baseUrl: "https://settings.example",
    events: "polling",
  });
  const settings = async () => (await server.call(`GET /v1/integrations/${id}/settings`)).body.settings;
  const repository = await server.testStore.addRepository();
  const disabled = await server.testStore.addRepository({ enabledAt: null });
  const patch = (change: object) =>
    server.call(`PATCH /v1/integrations/${id}`, "settings" in change ? change : { settings: change });
  assert.equal((await patch({ defaultRepositoryId: repository.id, mentionName: "helper" })).status, 200);
  assert.equal((await patch({ instantSolve: true })).status, 200);
  assert.deepEqual(await settings(), {
    defaultRepositoryId: repository.id,
    mentionName: "helper",
    events: "polling",
    enablesNewRepositories: false,
    instantSolve: true,
    appOrganization: null,
    enabled: true,
  });
  for (const wrong of [disabled.id, newId()]) {
    assert.equal((await patch({ defaultRepositoryId: wrong })).status, 400);
  }
  assert.equal((await patch({ settings: {}, displayName: "Ours" })).body.displayName, "Ours");
  const before = server.jobs.length;
  assert.equal((await patch({ enabled: false })).body.enabledAt, null);
  assert.equal(server.jobs.length, before);
  assert.notEqual((await patch({ enabled: true })).body.enabledAt, null);
  assert.equal(server.jobs.length, before + 1, "enabling requests a sync");
  assert.equal((await patch({ events: "webhook" })).status, 200);
  assert.equal(server.jobs.length, before + 2, "a sync creates the webhooks");
  assert.equal((await server.call(`PATCH /v1/integrations/${id}`, {})).status, 400);
});

test("verifies a new token before storing it", async () => {
  const id = await server.addForge({
    type: "github",
    accessToken: "good",
    baseUrl: "https://rotate.example",
  });
  const integration = (await server.testStore.store.integrations.findById(id))!;
  const first = (await integrationSecretsOf(server.ports, integration))!;
  const refused = await server.call(`PATCH /v1/integrations/${id}`, { accessToken: "bad" });
  assert.equal(refused.status, 400);
  assert.deepEqual(await integrationSecretsOf(server.ports, integration), first);
  server.github.accounts.set("newer", "tembo-bot");
  assert.equal((await server.call(`PATCH /v1/integrations/${id}`, { accessToken: "newer" })).status, 200);
  const second = (await integrationSecretsOf(server.ports, integration))!;
  assert.deepEqual(second, { ...first, credential: { type: "token", token: "newer", username: null } });
});

test("returns the configured default repository only while it is enabled", async () => {
  const id = await server.addForge({
    type: "github",
    accessToken: "good",
    baseUrl: "https://default.example",
  });
  const find = async () =>
    defaultRepositoryOf(server.ports, (await server.testStore.store.integrations.findById(id))!);
  assert.equal(await find(), null);
  const repository = await server.testStore.addRepository();
  const settings = { defaultRepositoryId: repository.id };
  await server.call(`PATCH /v1/integrations/${id}`, { settings });
  assert.equal((await find())!.id, repository.id);
  await server.call(`PATCH /v1/repositories/${repository.id}`, { enabled: false });
  assert.equal(await find(), null);
});

test("filters, counts and pages through the list of integrations", async () => {
  const id = await server.addForge({
    type: "github",
    accessToken: "good",
    baseUrl: "https://listed.example",
    displayName: "100% ours",
  });
  const list = async (query: string) => (await server.call(`GET /v1/integrations?${query}`)).body;
  assert.deepEqual(
    (await list("search=100%25&includeTotal=true")).items.map((one: { id: string }) => one.id),
    [id],
  );
  assert.equal((await list(`ids=${id}&ids=${newId()}&includeTotal=true`)).totalCount, 1);
  assert.equal((await list(`ids=${id}&type=gitlab`)).items.length, 0);
  assert.equal((await list(`ids=${id}&type=gitlab&type=github&enabled=true`)).items.length, 1);
  assert.equal((await list(`ids=${id}&hasEnabledRepositories=true`)).items.length, 0);
  const first = await list("limit=1");
  assert.notEqual(first.nextCursor, null);
  assert.notEqual((await list(`limit=1&cursor=${first.nextCursor}`)).items[0].id, first.items[0].id);
});

test("deletes an integration with its webhooks, even if its token was revoked", async () => {
  const body = { type: "github", accessToken: "good", baseUrl: "https://deleted.example" };
  for (const isRevoked of [false, true]) {
    const id = await server.addForge(body);
    const repository = await server.testStore.addRepository({
      forge: "github",
      integrationId: id,
      externalId: "9",
    });
    const url = `${publicUrl}/api/webhook/github?integration=${id}`;
    server.github.webhooks.set(`9 ${url}`, "secret");
    if (isRevoked) server.github.accounts.delete("good");
    const { status, body: answer } = await server.call(`DELETE /v1/integrations/${id}`);
    assert.deepEqual([status, answer], [200, { id, deleted: true }]);
    assert.equal(server.github.webhooks.has(`9 ${url}`), isRevoked);
    assert.equal((await server.call(`GET /v1/integrations/${id}`)).status, 404);
    const kept = (await server.testStore.store.repositories.find(repository.organizationId, repository.id))!;
    assert.deepEqual([kept.integrationId, kept.enabledAt], [null, null]);
    const shown = await server.call(`GET /v1/repositories/${repository.id}`);
    assert.equal(shown.body.provider.displayName, "Deleted integration");
  }
  assert.ok(server.warnings.some((line) => line.startsWith("a webhook could not be removed")));
});

test("seals a commit-signing key, keeps it when the token changes, and removes it", async () => {
  const baseUrl = "https://signs.example";
  const id = await server.addForge({ type: "gitlab", accessToken: "good", baseUrl });
  const change = (body: object) => server.call(`PATCH /v1/integrations/${id}`, body);
  const keyOf = async () => {
    const integration = (await server.testStore.store.integrations.findById(id))!;
    return (await integrationSecretsOf(server.ports, integration))!.signingKey;
  };
  const signingKey = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----\n";
  const { status, body } = await change({ signingKey });
  assert.equal(status, 200, JSON.stringify(body));
  assert.doesNotMatch(JSON.stringify(body), /b3BlbnNzaA/);
  assert.equal(await keyOf(), signingKey);
  assert.equal((await change({ accessToken: "good" })).status, 200);
  assert.equal(await keyOf(), signingKey);
  const refused = await change({ signingKey: "ssh-ed25519 AAAA" });
  assert.equal(refused.status, 400);
  assert.match(refused.body.error, /not an OpenSSH private key/);
  assert.equal((await change({ signingKey: null })).status, 200);
  assert.equal(await keyOf(), null);
});
