import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId, type TurnLease } from "../../../core/base/index.ts";
import { openTestBlobs, type TestBlobs } from "../../../testing/test-blobs.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
let given: TestBlobs;
before(async () => {
  t = await openTestStore();
  given = await openTestBlobs(t);
});
after(async () => {
  await given[Symbol.asyncDispose]();
  await t.drop();
});

const [one, two] = [newId(), newId()];

async function blob(): Promise<string> {
  const bytes = async function* () {
    yield Buffer.from("x");
  };
  const owner = { organizationId: t.organizationId, kind: "workspace" } as const;
  return (await given.blobs.put(owner, bytes(), { maxBytes: 10 })).id;
}

const files = async () => ({
  tier: "changes" as const,
  workspaceBlobId: await blob(),
  homeBlobId: await blob(),
  savedAt: someTime,
});

const startTurn = async () => t.startTurn((await t.addSession()).id);
const saved = () => t.store.savedWorkspaces;
/** Adds a machine with a live worker. */
async function addMachine(): Promise<string> {
  const [id, machineId] = [newId(), newId()];
  await t.database.pool.query(
    `insert into workers (id, host, started_at, heartbeat_at, machine_id, turn_limit, memory_bytes)
     values ($1, 'here', now(), now(), $2, 2, 0)`,
    [id, machineId],
  );
  return machineId;
}
const saveFiles = (lease: TurnLease, machineId: string, what: Awaited<ReturnType<typeof files>>) =>
  t.store.transaction((tx) => tx.savedWorkspaces.saveFiles(lease, machineId, what));

test("records the machine that has the newest files, before and after anything is saved", async () => {
  const lease = await startTurn();
  const { sessionId } = lease;
  assert.equal(await saved().find(sessionId), null);
  await saved().setMachine(lease, one);
  assert.deepEqual(await saved().find(sessionId), { machineId: one, isCurrent: false, saved: null });
  const first = await files();
  assert.deepEqual(await saveFiles(lease, one, first), []);
  await saved().setMachine(lease, two);
  const expected = { machineId: two, isCurrent: true, saved: { ...first, promptedTurnId: null } };
  assert.deepEqual(await saved().find(sessionId), expected);
});

test("replaces saved files, returns the former blobs and records the prompt that the harness has", async () => {
  const lease = await startTurn();
  const [first, second] = [await files(), await files()];
  await saveFiles(lease, one, first);
  await t.store.turns.setPromptSent(lease, true);
  assert.deepEqual(await saveFiles(lease, two, second), [first.workspaceBlobId, first.homeBlobId]);
  const found = await saved().find(lease.sessionId);
  assert.deepEqual(found, {
    machineId: two,
    isCurrent: true,
    saved: { ...second, promptedTurnId: lease.turnId },
  });
});

test("replaces saved commits, and forgets everything", async () => {
  const lease = await startTurn();
  const { id: repositoryId } = await t.addRepository();
  await saved().setMachine(lease, one);
  const capture = async () => ({
    repositoryId,
    refs: { "refs/heads/a": "1".repeat(40) },
    exclude: "node_modules\n",
    formerBlobId: null,
    ownBlobId: await blob(),
  });
  const [first, second] = [await capture(), await capture()];
  const save = (one: Awaited<ReturnType<typeof capture>>) =>
    t.store.transaction((tx) => tx.savedWorkspaces.saveCaptures(lease, [one]));
  assert.deepEqual(await save(first), []);
  assert.deepEqual(await save(second), [first.ownBlobId]);
  const [found] = await saved().listCaptures(lease.sessionId);
  assert.deepEqual({ ...second, ...found }, { ...found, ...second });
  const last = await files();
  await saveFiles(lease, one, last);
  assert.deepEqual(await saved().forget(lease.sessionId), [
    last.workspaceBlobId,
    last.homeBlobId,
    second.ownBlobId,
  ]);
  assert.deepEqual(
    [await saved().find(lease.sessionId), await saved().listCaptures(lease.sessionId)],
    [null, []],
  );
  assert.deepEqual(await saved().forget(lease.sessionId), [], "repeated");
});

test("records that files changed since the save, until they are saved again or restored elsewhere", async () => {
  const lease = await startTurn();
  const isCurrent = async () => (await saved().find(lease.sessionId))?.isCurrent;
  await saved().setMachine(lease, one);
  await saved().setMachine(lease, two);
  assert.equal(await isCurrent(), false, "nothing is saved");
  await saveFiles(lease, two, await files());
  await saved().setMachine(lease, two);
  assert.equal(await isCurrent(), true);
  await saved().noteChanges(lease.sessionId);
  await saved().setMachine(lease, two);
  assert.equal(await isCurrent(), false);
  await saved().setMachine(lease, one);
  assert.equal(await isCurrent(), true, "the machine restored what is saved");
});

test("fences the writes of an earlier attempt", async () => {
  const lease = await startTurn();
  const late = { ...lease, attempt: lease.attempt + 1 };
  const fenced = { code: "fenced" };
  await assert.rejects(saved().setMachine(late, one), fenced);
  await assert.rejects(saveFiles(late, one, await files()), fenced);
  const saveCaptures = () => t.store.transaction((tx) => tx.savedWorkspaces.saveCaptures(late, []));
  await assert.rejects(saveCaptures(), fenced);
  assert.equal(await saved().find(lease.sessionId), null);
});

/** Starts a turn of a session whose files are on the machine. */
async function sessionOn(machineId: string) {
  const lease = await startTurn();
  await saved().setMachine(lease, machineId);
  return lease;
}

const place = async ({ turnId }: TurnLease, machineId: string | null) => {
  await t.store.turnPlacements.request(turnId);
  await t.database.pool.query(
    `update turn_placements set machine_id = $2, version = 1,
       placed_at = case when $2::uuid is not null then now() end where turn_id = $1`,
    [turnId, machineId],
  );
};

test("lists sessions whose newest files are only on a machine, unless a turn or a sandbox uses them", async () => {
  const machineId = newId();
  const [idle, placed, kept, current] = [
    await sessionOn(machineId),
    await sessionOn(machineId),
    await sessionOn(machineId),
    await sessionOn(machineId),
  ];
  await sessionOn(newId());
  await place(placed, machineId);
  const until = new Date(someTime.getTime() + 1);
  const record = { sessionId: kept.sessionId, workerId: newId(), until };
  assert.equal(await t.store.warmSandboxRecords.reserve(record), true);
  assert.equal(await t.store.warmSandboxRecords.reserve(record), false);
  await saveFiles(current, machineId, await files());
  assert.deepEqual(await saved().listIdle(machineId, null, 10), [idle.sessionId]);
  assert.deepEqual(await saved().listIdle(machineId, idle.sessionId, 10), []);
});

test("saves an idle session with its last prompt, and refuses one that a turn uses or that is elsewhere", async () => {
  const machineId = await addMachine();
  const lease = await sessionOn(machineId);
  const { sessionId } = lease;
  await t.store.turns.setPromptSent(lease, true);
  const [first, second] = [await files(), await files()];
  const saveIdle = (what: typeof first, from = machineId) =>
    t.store.transaction((tx) => tx.savedWorkspaces.saveIdle(sessionId, from, { files: what, captures: [] }));
  await saved().recordUnsaved(sessionId, machineId, "The store is gone.");
  assert.deepEqual(await t.store.machines.listUnsaved(machineId), [
    { sessionId, reason: "The store is gone." },
  ]);
  assert.deepEqual(await saveIdle(first), []);
  assert.deepEqual(await saveIdle(second), [first.workspaceBlobId, first.homeBlobId]);
  const expected = { machineId, isCurrent: true, saved: { ...second, promptedTurnId: lease.turnId } };
  assert.deepEqual(await saved().find(sessionId), expected);
  await saved().noteChanges(sessionId);
  assert.deepEqual(await t.store.machines.listUnsaved(machineId), [], "a save deletes the reason");
  assert.equal(await saveIdle(first, newId()), null);
  await place(lease, machineId);
  assert.equal(await saved().isIdle(sessionId, machineId), false);
  assert.equal(await saveIdle(first), null);
  await place(lease, null);
  assert.equal(await saved().isIdle(sessionId, machineId), true, "its turn waits for a machine");
});

test("records a reason for sessions with a turn, or for all others, and keeps the known ones", async () => {
  const machineId = await addMachine();
  const [known, placed, idle] = [
    await sessionOn(machineId),
    await sessionOn(machineId),
    await sessionOn(machineId),
  ];
  await place(placed, machineId);
  await saved().recordUnsaved(known.sessionId, machineId, "known");
  await saved().recordOthersUnsaved(machineId, "withTurn", "with a turn");
  const reasons = async () =>
    Object.fromEntries(
      (await t.store.machines.listUnsaved(machineId)).map(({ sessionId, reason }) => [sessionId, reason]),
    );
  const some = { [known.sessionId]: "known", [placed.sessionId]: "with a turn" };
  assert.deepEqual(await reasons(), some);
  await saved().recordOthersUnsaved(machineId, "all", "all");
  assert.deepEqual(await reasons(), { ...some, [idle.sessionId]: "all" });
});
