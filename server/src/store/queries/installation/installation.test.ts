import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { openTestBlobs, type TestBlobs } from "../../../testing/test-blobs.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";

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

const query = (text: string, values: readonly unknown[] = []) => t.database.pool.query(text, [...values]);

const memoryBytes = 64 * 1024 ** 3;

async function addWorker(machineId: string, { isDraining = false, beatAge = "0 s" } = {}): Promise<void> {
  await query(
    `insert into workers (id, host, started_at, heartbeat_at, machine_id, turn_limit, memory_bytes, is_draining)
     values ($1, 'here', now(), now() - $2::interval, $3, 2, $5, $4)`,
    [newId(), beatAge, machineId, isDraining, memoryBytes],
  );
}

test("reads the state of an empty installation", async () => {
  assert.deepEqual(await t.store.installation.read(newId()), {
    turns: [],
    longestWaitMs: null,
    workers: { accepting: 0, draining: 0 },
    turnPlaces: { total: 0, free: 0 },
    turnMemory: { totalBytes: 0, freeBytes: 0 },
    saves: { unsaved: { sessions: 0, oldestMs: null }, lastSavedAt: null },
  });
});

test("counts turns by their state and harness, workers, and free places", async () => {
  const machineId = newId();
  await addWorker(machineId);
  await addWorker(machineId, { isDraining: true });
  await addWorker(newId());
  await addWorker(newId(), { beatAge: "1 minute" });
  const add = async () => {
    const { id } = await t.addSession();
    return t.addTurn(id);
  };
  const [waiting, placed, running, ended] = [await add(), await add(), await add(), await add()];
  for (const id of [waiting, placed, running]) await t.store.turnPlacements.request(id);
  await query("update turn_placements set requested_at = now() - interval '1 hour' where turn_id = $1", [
    waiting,
  ]);
  await query(
    "update turn_placements set machine_id = $1, placed_at = now(), version = 1 where turn_id <> $2",
    [machineId, waiting],
  );
  await t.store.turns.claim(running, t.clock.now());
  await t.store.turns.cancelQueued(ended, t.clock.now());
  const state = await t.store.installation.read(machineId);
  const { harness } = await t.store.sessions.get((await t.store.turns.find(waiting))!.sessionId);
  assert.deepEqual(
    state.turns,
    (["placed", "running", "waiting"] as const).map((one) => ({ state: one, harness, count: 1 })),
  );
  assert.deepEqual(state.workers, { accepting: 2, draining: 1 });
  assert.deepEqual(state.turnPlaces, { total: 4, free: 2 });
  const { rows } = await t.database.pool.query<{ bytes: number }>(
    "select sum(memory_bytes)::float8 as bytes from turn_placements where machine_id is not null",
  );
  assert.ok(rows[0]!.bytes > 0 && rows[0]!.bytes < memoryBytes);
  assert.deepEqual(state.turnMemory, {
    totalBytes: 2 * memoryBytes,
    freeBytes: 2 * memoryBytes - rows[0]!.bytes,
  });
  const hour = 3_600_000;
  assert.ok(state.longestWaitMs! >= hour && state.longestWaitMs! < 2 * hour);
});

test("reads the oldest changes that are not saved, and the last save of the machine", async () => {
  const [machineId, another] = [newId(), newId()];
  const begin = async (machine: string) => {
    const session = await t.addSession();
    const lease = await t.startTurn(session.id);
    await t.store.savedWorkspaces.setMachine(lease, machine);
    return lease;
  };
  const [first, second] = [await begin(machineId), await begin(another)];
  await query("update turns set started_at = now() - interval '3 hours' where id = $1", [first.turnId]);
  await query("update turns set started_at = now() - interval '1 hour' where id = $1", [second.turnId]);
  const hours = (ms: number | null) => Math.round(ms! / 3_600_000);
  const readSaves = async (machine: string) => (await t.store.installation.read(machine)).saves!;
  const before = await readSaves(machineId);
  assert.equal(before.unsaved.sessions, 2);
  assert.equal(hours(before.unsaved.oldestMs), 3);
  assert.equal(before.lastSavedAt, null);

  const savedAt = new Date(Date.now() - 2 * 3_600_000);
  const files = {
    tier: "changes",
    workspaceBlobId: await blob(),
    homeBlobId: await blob(),
    savedAt,
  } as const;
  await t.store.transaction((tx) => tx.savedWorkspaces.saveFiles(first, machineId, files));
  const saved = await readSaves(machineId);
  assert.equal(saved.unsaved.sessions, 1);
  assert.equal(hours(saved.unsaved.oldestMs), 1);
  assert.deepEqual(saved.lastSavedAt, savedAt);
  assert.equal((await readSaves(another)).lastSavedAt, null, "of another machine");

  await t.store.savedWorkspaces.noteChanges(first.sessionId);
  const later = await readSaves(machineId);
  assert.equal(later.unsaved.sessions, 2);
  assert.equal(hours(later.unsaved.oldestMs), 2, "the same turn has changed files after the save");
  assert.equal((await t.store.installation.read(null)).saves, null, "reads no saves without a shared store");
});

async function blob(): Promise<string> {
  const bytes = async function* () {
    yield Buffer.from("x");
  };
  const owner = { organizationId: t.organizationId, kind: "workspace" } as const;
  return (await given.blobs.put(owner, bytes(), { maxBytes: 10 })).id;
}
