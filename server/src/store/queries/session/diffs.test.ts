import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { idAt, readPagesOfTwo } from "../../../testing/test-pages.ts";
import { aDiff, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const later = new Date(someTime.getTime() + 60_000);

test("replaces a repository's diff and keeps its ID", async () => {
  const repositories = [await t.addRepository(), await t.addRepository(), await t.addRepository()];
  const { id: sessionId } = await t.addSession({}, repositories);
  const lease = await t.startTurn(sessionId);
  const diffs = repositories.map((repository, n) =>
    aDiff({ id: idAt(n), sessionId, repositoryId: repository.id, changedFiles: n }),
  );
  for (const diff of diffs)
    await t.store.diffs.save(lease, diff, { text: "binary \0 patch", isComplete: false });
  const newer = {
    ...diffs[0]!,
    id: newId(),
    headSha: "c".repeat(40),
    baseSha: "a".repeat(40),
    capturedAt: later,
  };
  await t.store.diffs.save(lease, newer, { text: "newer", isComplete: true });
  const saved = { ...newer, id: diffs[0]!.id };
  assert.deepEqual(await t.store.diffs.find(sessionId, saved.id), {
    diff: saved,
    patch: { text: "newer", isComplete: true },
  });
  assert.deepEqual((await t.store.diffs.find(sessionId, diffs[1]!.id))?.patch, {
    text: "binary \uFFFD patch",
    isComplete: false,
  });
  assert.equal(await t.store.diffs.find((await t.addSession()).id, saved.id), null);
  const [zero, one, two] = diffs.map((diff) => diff.id);
  assert.deepEqual(await readPagesOfTwo((page) => t.store.diffs.list(sessionId, page)), [[two, one], [zero]]);
  const changed = (hasChanges: boolean) =>
    readPagesOfTwo((page) => t.store.diffs.list(sessionId, { ...page, hasChanges }));
  assert.deepEqual(await changed(true), [[two, one]]);
  assert.deepEqual(await changed(false), [[zero]]);
  await t.store.turns.claim(lease.turnId, someTime);
  await assert.rejects(t.store.diffs.save(lease, newer, { text: "late", isComplete: true }), {
    code: "fenced",
  });
});
