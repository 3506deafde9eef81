import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { connectForge } from "../../../../testing/connected-forge.ts";
import { type IntegrationServer, serveIntegrations } from "../../../../testing/integration-server.ts";
import { syncIntegration } from "./sync-integration.ts";

let server: IntegrationServer;
before(async () => {
  server = await serveIntegrations();
});
afterEach(() => {
  server.github.repositories.clear();
  server.github.failing.clear();
  server.github.onListed = () => {};
});
after(() => server.close());

const never = new AbortController().signal;
const connected = (change?: object) => connectForge(server, change);

test("records new repositories as disabled and changes nothing in a second sync", async () => {
  const { forge, sync, storedRepositories, host, getByUrl: find } = await connected();
  forge("1", "acme/web", { description: "The shop", defaultBranch: "trunk" });
  forge("2", "acme/group/deep", { defaultBranch: null });
  const first = await sync();
  assert.deepEqual([first.found, first.added, first.changed], [2, 2, 0]);
  const { 1: web, 2: deep } = await storedRepositories();
  assert.deepEqual(
    [web!.owner, web!.name, web!.defaultBranch, web!.description, web!.enabledAt],
    ["acme", "web", "trunk", "The shop", null],
  );
  assert.deepEqual([deep!.owner, deep!.name, deep!.defaultBranch], ["acme/group", "deep", "main"]);
  await assert.rejects(
    find(`${host}/acme/web.git`),
    /not enabled\. Enable it with "tembo repo enable acme\/web"/,
  );
  const second = await sync();
  assert.deepEqual([second.added, second.changed, second.vanished], [0, 0, 0]);
  assert.deepEqual(await storedRepositories(), { 1: web, 2: deep });
});

test("enables new repositories on request or by setting, except archived ones", async () => {
  const bySetting = await connected({ enablesNewRepositories: true });
  bySetting.forge("1", "acme/web");
  bySetting.forge("2", "acme/old", { isArchived: true });
  await bySetting.sync();
  const { 1: web, 2: old } = await bySetting.storedRepositories();
  assert.ok(web!.enabledAt !== null && old!.enabledAt === null);
  server.github.repositories.clear();
  const asked = await connected();
  asked.forge("1", "acme/web");
  await asked.sync({ enablesNew: true });
  assert.ok((await asked.storedRepositories())["1"]!.enabledAt !== null);
});

test("keeps a renamed repository's ID, and finds the repository by its new URL", async () => {
  const { forge, sync, storedRepositories, host, getByUrl: find } = await connected();
  forge("1", "acme/web");
  await sync({ enablesNew: true });
  const { 1: web } = await storedRepositories();
  forge("1", "acme/shop", { defaultBranch: "trunk", isArchived: true });
  const { changed } = await sync();
  assert.equal(changed, 1);
  const { 1: shop } = await storedRepositories();
  assert.deepEqual(
    [shop!.id, shop!.name, shop!.connectedUrl, shop!.defaultBranch, shop!.isArchived, shop!.enabledAt],
    [web!.id, "shop", `${host}/acme/shop`, "trunk", true, web!.enabledAt],
  );
  assert.equal((await find(`${host}/acme/shop`))[0]!.id, web!.id);
  await assert.rejects(find(`${host}/acme/web`), /is not connected/);
});

test("keeps the IDs of repositories that swap names, and adds a new repository that reuses an old name", async () => {
  const { forge, sync, storedRepositories } = await connected();
  forge("1", "acme/a");
  forge("2", "acme/b");
  await sync();
  const before = await storedRepositories();
  forge("1", "acme/b");
  forge("2", "acme/a");
  await sync();
  const swapped = await storedRepositories();
  assert.deepEqual([swapped["1"]!.name, swapped["2"]!.name], ["b", "a"]);
  assert.deepEqual([swapped["1"]!.id, swapped["2"]!.id], [before["1"]!.id, before["2"]!.id]);
  server.github.repositories.clear();
  forge("3", "acme/a");
  forge("2", "acme/c");
  const { added, vanished } = await sync();
  assert.deepEqual([added, vanished], [1, 1]);
  const { 2: c, 3: a } = await storedRepositories();
  assert.deepEqual([c!.id, c!.name, a!.name], [before["2"]!.id, "c", "a"]);
});

test("keeps a configured base branch across syncs and resets it with null", async () => {
  const { forge, sync, storedRepositories, update } = await connected();
  forge("1", "acme/web");
  await sync({ enablesNew: true });
  const { id } = (await storedRepositories())["1"]!;
  assert.equal((await update(id, { baseBranch: "develop" })).body.baseBranch, "develop");
  forge("1", "acme/web", { defaultBranch: "trunk" });
  await sync();
  assert.equal((await storedRepositories())["1"]!.defaultBranch, "develop");
  assert.equal((await update(id, { baseBranch: null })).body.baseBranch, "trunk");
});

test("disables a repository that disappears from the forge, and allows enabling it once it returns", async () => {
  const { forge, sync, storedRepositories, update } = await connected();
  forge("1", "acme/web");
  forge("2", "acme/api");
  await sync({ enablesNew: true });
  server.github.repositories.delete("1");
  assert.equal((await sync()).vanished, 1);
  assert.equal((await sync()).vanished, 0, "reports a vanished repository once");
  const { 1: gone, 2: api } = await storedRepositories();
  assert.ok(gone!.enabledAt === null && api!.enabledAt !== null);
  const refused = await update(gone!.id, { enabled: true });
  assert.equal(refused.status, 409);
  assert.match(refused.body.error, /no longer exists on its forge/);
  forge("1", "acme/web");
  const { added, changed } = await sync({ enablesNew: true });
  assert.deepEqual([added, changed], [0, 0]);
  assert.equal((await update(gone!.id, { enabled: true })).status, 200);
  server.github.repositories.delete("1");
  assert.equal((await sync()).vanished, 1, "reports a repository that vanishes again");
});

test("attaches a deleted integration's repositories to the next integration, matched by URL", async () => {
  const first = await connected();
  first.forge("1", "acme/web");
  await first.sync({ enablesNew: true });
  const web = (await first.storedRepositories())["1"]!;
  await server.call(`DELETE /v1/integrations/${first.id}`);
  await assert.rejects(
    first.getByUrl(`${first.host}/acme/web`),
    /its integration was deleted\. Add it again/,
  );
  const second = await server.addForge({ type: "github", accessToken: "good", baseUrl: first.host });
  const result = await syncIntegration(server.ports, second, { enablesNew: false }, never);
  assert.deepEqual([result.added, result.attached], [0, 1]);
  const [attached] = await server.testStore.store.repositories.ofIntegration(second);
  assert.deepEqual(
    [attached!.id, attached!.integrationId, attached!.externalId, attached!.enabledAt],
    [web.id, second, "1", null],
  );
});

test("skips and counts a repository that another integration has already connected", async () => {
  const first = await connected();
  first.forge("1", "acme/web");
  await first.sync();
  server.github.accounts.set("other", "other-bot");
  const second = await server.addForge({ type: "github", accessToken: "other", baseUrl: first.host });
  const result = await syncIntegration(server.ports, second, { enablesNew: false }, never);
  assert.deepEqual([result.skipped, result.added], [1, 0]);
  assert.deepEqual(await server.testStore.store.repositories.ofIntegration(second), []);
  assert.equal((await first.storedRepositories())["1"]!.integrationId, first.id);
});

test("syncs 2,500 repositories in batches and does not count an interrupted sync as complete", async () => {
  const { forge, sync, storedRepositories } = await connected();
  for (let n = 0; n < 2500; n++) forge(String(n), `acme/repository-${n}`);
  const stop = new AbortController();
  server.github.onListed = (count) => {
    if (count === 1050) stop.abort(new Error("the worker stopped"));
  };
  await assert.rejects(sync({ enablesNew: false }, stop.signal), /the worker stopped/);
  assert.equal(Object.keys(await storedRepositories()).length, 1000, "keeps complete batches");
  server.github.onListed = () => {};
  const { found, added, vanished } = await sync();
  assert.deepEqual([found, added, vanished], [2500, 1500, 0]);
  // Control: a complete list that contains half of the repositories disables the rest.
  for (let n = 1250; n < 2500; n++) server.github.repositories.delete(String(n));
  assert.equal((await sync()).vanished, 1250);
});

test("leaves no repositories when an integration is deleted during its sync", async () => {
  const { forge, sync, id } = await connected();
  for (let n = 0; n < 250; n++) forge(String(n), `acme/r-${n}`);
  let deleted: Promise<unknown> | null = null;
  server.github.onListed = (count) => {
    if (count === 101) deleted = server.call(`DELETE /v1/integrations/${id}`);
  };
  await Promise.allSettled([sync()]);
  await deleted;
  assert.deepEqual(await server.testStore.store.repositories.ofIntegration(id), []);
  assert.equal((await server.call(`GET /v1/integrations/${id}`)).status, 404);
});
