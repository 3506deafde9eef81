import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import type { ForgeUser } from "../core/forge/forge-user.ts";
import { newId } from "../core/ids.ts";
import type { CursorPage, Page } from "../core/ports/store/page.ts";
import {
  aDiff,
  aPullRequest,
  aRepository,
  openTestStore,
  someTime,
  type TestStore,
} from "../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const later = new Date(someTime.getTime() + 60_000);
const conflict = { code: "conflict" };
const fenced = { code: "fenced" };

async function anotherOrganization() {
  const id = newId();
  await t.store.organizations.insert({ id, name: "Other" });
  return id;
}

/** Reads all pages of two and returns the ids page by page. */
async function pagesOfTwo(list: (page: CursorPage) => Promise<Page<{ id: string }>>) {
  const pages: string[][] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await list({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
    pages.push(page.items.map((item) => item.id));
    cursor = page.nextCursor;
  }
  return pages;
}

const idAt = (n: number) => newId(someTime.getTime() + n);

test("the first organization is the first one made", async () => {
  await anotherOrganization();
  await t.store.organizations.insert({ id: t.organizationId, name: "Repeated" });
  assert.deepEqual(await t.store.organizations.findFirst(), { id: t.organizationId });
});

function aKey(token: string, id = newId()) {
  const key = {
    id,
    organizationId: t.organizationId,
    userId: t.userId,
    name: "CI",
    tokenPreview: "tembo_ab",
    createdAt: someTime,
    updatedAt: someTime,
    lastUsedAt: null,
  };
  return { key, hash: createHash("sha256").update(token).digest() };
}

test("a key is found by its token's hash until it is revoked, and its use is noted once a minute", async () => {
  const { key, hash } = aKey("one");
  await t.store.apiKeys.insert(key, hash);
  await t.store.apiKeys.insert(key, hash);
  assert.deepEqual(await t.store.apiKeys.findByTokenHash(hash), {
    ...key,
    lastUsedAt: someTime,
    role: "admin",
  });
  t.clock.set(new Date(someTime.getTime() + 59_999));
  assert.deepEqual((await t.store.apiKeys.findByTokenHash(hash))?.lastUsedAt, someTime);
  t.clock.set(later);
  assert.deepEqual((await t.store.apiKeys.findByTokenHash(hash))?.lastUsedAt, later);
  assert.equal(await t.store.apiKeys.findByTokenHash(aKey("unknown").hash), null);

  assert.equal(await t.store.apiKeys.revoke(await anotherOrganization(), key.id), false);
  assert.equal(await t.store.apiKeys.revoke(t.organizationId, key.id), true);
  t.clock.set(someTime);
  assert.equal(await t.store.apiKeys.revoke(t.organizationId, key.id), false);
  assert.equal(await t.store.apiKeys.findByTokenHash(hash), null);
  await assert.rejects(
    t.store.apiKeys.insert({ ...aKey("x").key, organizationId: await anotherOrganization() }, hash),
    conflict,
  );
  await t.store.apiKeys.insert(aKey("x").key, hash);
  assert.equal((await t.store.apiKeys.findByTokenHash(hash))?.id, key.id, "valid again");
  assert.equal(await t.store.apiKeys.revoke(t.organizationId, key.id), true);
});

test("keys are listed newest first in pages, revoked ones excepted; a token is of one key", async () => {
  const keys = [1, 2, 3, 4].map((n) => aKey(`listed-${n}`, idAt(n)));
  for (const { key, hash } of keys) await t.store.apiKeys.insert(key, hash);
  await t.store.apiKeys.revoke(t.organizationId, keys[1]!.key.id);
  const [one, , three, four] = keys.map(({ key }) => key.id);
  assert.deepEqual(await pagesOfTwo((page) => t.store.apiKeys.list(t.organizationId, page)), [
    [four, three],
    [one],
  ]);
  await assert.rejects(t.store.apiKeys.insert(aKey("x").key, keys[0]!.hash), conflict);
});

test("a repository is found by id, by path whatever its case, and by connected URL", async () => {
  const repository = await t.addRepository({
    forge: "github",
    externalId: "1",
    owner: "Acme",
    name: "Shop",
    connectedUrl: "https://github.com/Acme/Shop.git",
    description: "The shop",
  });
  const other = await anotherOrganization();
  const { repositories } = t.store;
  assert.deepEqual(await repositories.find(t.organizationId, repository.id), repository);
  assert.equal(await repositories.find(other, repository.id), null);
  assert.deepEqual(await repositories.findByPath(t.organizationId, "github", "acme", "SHOP"), repository);
  assert.equal(await repositories.findByPath(t.organizationId, "gitlab", "acme", "shop"), null);
  assert.equal(await repositories.findByPath(other, "github", "acme", "shop"), null);
  const key = "https://github.com/acme/shop";
  assert.deepEqual(await repositories.findByConnectedUrl(t.organizationId, key), repository);
  assert.equal(await repositories.findByConnectedUrl(other, key), null);
  assert.equal(await repositories.findLocal("acme", "shop"), null, "it is on another forge");
  const local = await t.addRepository({ owner: "acme", name: "shop" });
  assert.deepEqual(await repositories.findLocal("Acme", "Shop"), local);
});

test("taken paths and URLs are conflicts; the same repository again is none", async () => {
  const taken = await t.addRepository({ owner: "Taken", name: "Path", connectedUrl: "https://taken.test/a" });
  await t.store.repositories.insert(taken);
  await assert.rejects(t.addRepository({ owner: "taken", name: "path" }), conflict);
  await assert.rejects(t.addRepository({ connectedUrl: "https://taken.test/a.git" }), conflict);
  const organizationId = await anotherOrganization();
  await t.store.repositories.insert(aRepository({ organizationId, connectedUrl: "https://taken.test/a" }));
});

test("many repositories come in the order asked for, unknown and foreign ones left out", async () => {
  const one = await t.addRepository();
  const two = await t.addRepository();
  const foreign = await t.addRepository({ organizationId: await anotherOrganization() });
  const found = await t.store.repositories.findMany(t.organizationId, [two.id, newId(), foreign.id, one.id]);
  assert.deepEqual(found, [two, one]);
  assert.deepEqual(await t.store.repositories.findMany(t.organizationId, []), []);
});

test("repositories are listed in pages both ways, searched by owner and name, and the enabled ones apart", async () => {
  const organizationId = await anotherOrganization();
  const ids = [1, 2, 3].map(idAt);
  for (const [n, id] of ids.entries()) {
    await t.addRepository({ id, organizationId, owner: `o${n}`, enabledAt: n === 1 ? null : someTime });
  }
  const list = (order: "asc" | "desc") => (page: CursorPage) =>
    t.store.repositories.list(organizationId, { ...page, order });
  const [a, b, c] = ids;
  assert.deepEqual(await pagesOfTwo(list("asc")), [[a, b], [c]]);
  assert.deepEqual(await pagesOfTwo(list("desc")), [[c, b], [a]]);
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

test("a diff replaces the earlier one of its repository and keeps its id", async () => {
  const repositories = [await t.addRepository(), await t.addRepository(), await t.addRepository()];
  const { id: sessionId } = await t.addSession({}, repositories);
  const lease = await t.startTurn(sessionId);
  const diffs = repositories.map((repository, n) =>
    aDiff({ id: idAt(n), sessionId, repositoryId: repository.id, changedFiles: n }),
  );
  for (const diff of diffs) await t.store.diffs.save(lease, diff, "binary \0 patch");
  const newer = {
    ...diffs[0]!,
    id: newId(),
    headSha: "c".repeat(40),
    baseSha: "a".repeat(40),
    capturedAt: later,
  };
  await t.store.diffs.save(lease, newer, "newer");
  const saved = { ...newer, id: diffs[0]!.id };
  assert.deepEqual(await t.store.diffs.find(sessionId, saved.id), { diff: saved, patch: "newer" });
  assert.equal((await t.store.diffs.find(sessionId, diffs[1]!.id))?.patch, "binary \uFFFD patch");
  assert.equal(await t.store.diffs.find((await t.addSession()).id, saved.id), null);
  const [zero, one, two] = diffs.map((diff) => diff.id);
  assert.deepEqual(await pagesOfTwo((page) => t.store.diffs.list(sessionId, page)), [[two, one], [zero]]);
  const changed = (hasChanges: boolean) =>
    pagesOfTwo((page) => t.store.diffs.list(sessionId, { ...page, hasChanges }));
  assert.deepEqual(await changed(true), [[two, one]]);
  assert.deepEqual(await changed(false), [[zero]]);
  await t.store.turns.claim(lease.turnId, someTime);
  await assert.rejects(t.store.diffs.save(lease, newer, "late"), fenced);
});

test("a pull request replaces the earlier one of its number and keeps its id and creation", async () => {
  const { organizationId } = t;
  const repository = await t.addRepository();
  const { id: sessionId } = await t.addSession({}, [repository]);
  const lease = await t.startTurn(sessionId);
  const first = aPullRequest({ organizationId, sessionId, repositoryId: repository.id });
  await t.store.pullRequests.save(lease, first);
  const merged = {
    ...first,
    id: newId(),
    status: "merged",
    mergedAt: later,
    createdAt: later,
    updatedAt: later,
  } as const;
  await t.store.pullRequests.save(lease, merged);
  const saved = { ...merged, id: first.id, createdAt: first.createdAt };
  assert.deepEqual(await t.store.pullRequests.find(organizationId, first.id), saved);
  assert.deepEqual(await t.store.pullRequests.ofSession(sessionId), [saved]);
  assert.equal(await t.store.pullRequests.find(await anotherOrganization(), first.id), null);
  await t.store.turns.claim(lease.turnId, someTime);
  await assert.rejects(t.store.pullRequests.save(lease, merged), fenced);
});

test("pull requests are listed newest first in pages, by status and by words of the title", async () => {
  const organizationId = await anotherOrganization();
  const repository = await t.addRepository({ organizationId });
  const { id: sessionId } = await t.addSession({ organizationId }, [repository]);
  const lease = await t.startTurn(sessionId);
  const ids = [1, 2, 3].map(idAt);
  for (const [n, id] of ids.entries()) {
    const change = { id, number: n + 1, title: `Title ${n}`, status: n === 1 ? "closed" : "open" } as const;
    await t.store.pullRequests.save(
      lease,
      aPullRequest({ organizationId, sessionId, repositoryId: repository.id, ...change }),
    );
  }
  const [a, b, c] = ids;
  const list = (filter: { status?: "open"; search?: string }) =>
    pagesOfTwo((page) => t.store.pullRequests.list(organizationId, { ...page, ...filter }));
  assert.deepEqual(await list({}), [[c, b], [a]]);
  assert.deepEqual(await list({ status: "open" }), [[c, a]]);
  assert.deepEqual(await list({ search: "TITLE 1" }), [[b]]);
  assert.deepEqual(await list({ search: "title", status: "open" }), [[c, a]]);
});

test("of what was told on the local forge, the latest is kept, each repository's apart", async () => {
  const { id: repositoryId } = await t.addRepository();
  const { id: other } = await t.addRepository();
  const { events } = t.store.localForge;
  const event = (name: string, of = repositoryId) => ({
    repositoryId: of,
    deliveryId: newId(),
    name,
    body: "{}",
  });
  await events.append(event("other", other), 2);
  for (const name of ["one", "two", "three"]) await events.append(event(name), 2);
  const since = async (at: Date, of = repositoryId) => (await events.since(of, at)).map(({ name }) => name);
  assert.deepEqual(await since(someTime), ["two", "three"]);
  assert.deepEqual(await since(someTime, other), ["other"]);
  assert.deepEqual(await since(new Date(t.clock.now().getTime() + 1)), []);
});

test("local pull requests are numbered within their repository, one open per head and base", async () => {
  const { id: repositoryId } = await t.addRepository();
  const { id: other } = await t.addRepository();
  const author: ForgeUser = {
    id: "1000",
    login: "ada",
    name: null,
    email: null,
    avatarUrl: null,
    profileUrl: null,
    isBot: false,
  };
  const input = {
    repositoryId,
    title: "One\0",
    body: "b",
    head: "h",
    base: "main",
    isDraft: false,
    headSha: "a",
    baseSha: "b",
    author,
  };
  const store = t.store.localForge.pulls;
  const tries = await Promise.all(Array.from({ length: 10 }, () => store.insert(input)));
  const [one, ...more] = tries.filter((made) => made !== null);
  assert.deepEqual(more, [], "the others are told that one is open");
  assert.deepEqual(
    [one?.number, one?.title, one?.body, one?.status, one?.author, one?.mergedAt],
    [1, "One\uFFFD", "b", "open", author, null],
  );
  assert.equal((await store.insert({ ...input, base: "dev" }))?.number, 2);
  assert.equal((await store.insert({ ...input, repositoryId: other }))?.number, 1);
  assert.deepEqual(await store.findOpen(repositoryId, "h", "main"), one);
  assert.equal(await store.findOpen(repositoryId, "h", "none"), null);

  assert.deepEqual(await store.update(repositoryId, 1, { title: "New" }), { ...one, title: "New" });
  assert.deepEqual(await store.update(repositoryId, 1, { body: "" }), { ...one, title: "New", body: "" });
  assert.deepEqual(await store.find(repositoryId, 1), { ...one, title: "New", body: "" });
  assert.equal(await store.update(repositoryId, 9, { title: "x" }), null);
  assert.equal(await store.find(repositoryId, 9), null);
  assert.equal(await store.update(repositoryId, 1, { headSha: "b" }, { ifHeadSha: "other" }), null);

  const issue = await t.store.localForge.issues.insert({
    repositoryId,
    title: "Broken",
    body: "",
    author,
    labels: [],
  });
  assert.equal(issue.number, 3, "issues are counted with them");
  const closed = { status: "closed", closedAt: t.clock.now() } as const;
  assert.equal((await store.update(repositoryId, 1, closed, { ifOpen: true }))?.status, "closed");
  assert.equal(await store.update(repositoryId, 1, closed, { ifOpen: true }), null);
  assert.equal(await store.findOpen(repositoryId, "h", "main"), null);
  assert.equal((await store.insert(input))?.number, 4, "a closed one makes room for another");
});
