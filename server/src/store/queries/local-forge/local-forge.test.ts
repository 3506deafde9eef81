import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import type { ForgeUser } from "../../../core/forges/index.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

test("keeps only each local repository's latest events", async () => {
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

test("numbers local pull requests per repository and allows one open per head and base", async () => {
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
  assert.deepEqual(more, [], "only one insert succeeds");
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
  assert.equal(issue.number, 3, "issues share the numbers of pull requests");
  const closed = { status: "closed", closedAt: t.clock.now() } as const;
  assert.equal((await store.update(repositoryId, 1, closed, { ifOpen: true }))?.status, "closed");
  assert.equal(await store.update(repositoryId, 1, closed, { ifOpen: true }), null);
  assert.equal(await store.findOpen(repositoryId, "h", "main"), null);
  assert.equal((await store.insert(input))?.number, 4, "a closed pull request allows a new one");
});
