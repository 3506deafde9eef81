import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type CursorPage, newId } from "../../../core/base/index.ts";
import { idAt, readPagesOfTwo } from "../../../testing/test-pages.ts";
import { aRepository, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const conflict = { code: "conflict" };

test("finds a repository by ID, by path in any letter case and by connected URL", async () => {
  const repository = await t.addRepository({
    forge: "github",
    externalId: "1",
    owner: "Acme",
    name: "Shop",
    connectedUrl: "https://github.com/Acme/Shop.git",
    description: "The shop",
  });
  const other = await t.addOrganization();
  const { repositories } = t.store;
  assert.deepEqual(await repositories.find(t.organizationId, repository.id), repository);
  assert.equal(await repositories.find(other, repository.id), null);
  assert.deepEqual(await repositories.findByPath(t.organizationId, "github", "acme", "SHOP"), repository);
  assert.equal(await repositories.findByPath(t.organizationId, "gitlab", "acme", "shop"), null);
  assert.equal(await repositories.findByPath(other, "github", "acme", "shop"), null);
  const key = "https://github.com/acme/shop";
  assert.deepEqual(await repositories.findByConnectedUrl(t.organizationId, key), repository);
  assert.equal(await repositories.findByConnectedUrl(other, key), null);
  assert.equal(await repositories.findLocal("acme", "shop"), null, "the repository is on another forge");
  const local = await t.addRepository({ owner: "acme", name: "shop" });
  assert.deepEqual(await repositories.findLocal("Acme", "Shop"), local);
});

test("rejects taken paths and URLs, and accepts a repeated insert of the same repository", async () => {
  const taken = await t.addRepository({ owner: "Taken", name: "Path", connectedUrl: "https://taken.test/a" });
  await t.store.repositories.insert(taken);
  await assert.rejects(t.addRepository({ owner: "taken", name: "path" }), conflict);
  await assert.rejects(t.addRepository({ connectedUrl: "https://taken.test/a.git" }), conflict);
  const organizationId = await t.addOrganization();
  await t.store.repositories.insert(aRepository({ organizationId, connectedUrl: "https://taken.test/a" }));
});

test("returns repositories in the requested order, and omits unknown ones and those of other organizations", async () => {
  const one = await t.addRepository();
  const two = await t.addRepository();
  const foreign = await t.addRepository({ organizationId: await t.addOrganization() });
  const found = await t.store.repositories.findMany(t.organizationId, [two.id, newId(), foreign.id, one.id]);
  assert.deepEqual(found, [two, one]);
  assert.deepEqual(await t.store.repositories.findMany(t.organizationId, []), []);
});

test("lists repositories by page in both orders, searches them and lists the enabled ones", async () => {
  const organizationId = await t.addOrganization();
  const ids = [1, 2, 3].map(idAt);
  for (const [n, id] of ids.entries()) {
    await t.addRepository({ id, organizationId, owner: `o${n}`, enabledAt: n === 1 ? null : someTime });
  }
  const list = (order: "asc" | "desc") => (page: CursorPage) =>
    t.store.repositories.list(organizationId, { ...page, order });
  const [a, b, c] = ids;
  assert.deepEqual(await readPagesOfTwo(list("asc")), [[a, b], [c]]);
  assert.deepEqual(await readPagesOfTwo(list("desc")), [[c, b], [a]]);
  const search = async (text: string) =>
    (await t.store.repositories.list(organizationId, { limit: 9, order: "asc", search: text })).items.map(
      (r) => r.id,
    );
  assert.deepEqual(await search("O1/SHOP"), [b]);
  assert.deepEqual(await search("o_"), []);
  assert.deepEqual(
    (await t.store.repositories.listEnabled(organizationId)).map((repository) => repository.id),
    [c, a],
  );
});
