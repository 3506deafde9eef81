import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const version = 7;

async function addWorker(machineId: string, beatAge = "0 s"): Promise<string> {
  const id = newId();
  await t.database.pool.query(
    `insert into workers (id, host, started_at, heartbeat_at, machine_id, turn_limit, memory_bytes, version)
     values ($1, 'here', now(), now() - $2::interval, $3, 2, 0, $4)`,
    [id, beatAge, machineId, version],
  );
  return id;
}

test("lists machines with live workers, and which of them drain", async () => {
  const [one, two] = [newId(), newId()];
  const workers = [await addWorker(one), await addWorker(one)];
  await addWorker(two, "1 minute");
  const lease = await t.startTurn((await t.addSession()).id);
  await t.store.savedWorkspaces.setMachine(lease, one);
  const { machines } = t.store;
  await machines.drain([workers[1]!]);
  const listed = (await machines.list()).find(({ id }) => id === one);
  assert.deepEqual(listed, {
    ...{ id: one, host: "here", turnLimit: 4, turns: 0, unsavedSessions: 1 },
    workers: workers.map((id, index) => ({ id, isDraining: index === 1 })),
  });
  assert.ok(!(await machines.list()).some(({ id }) => id === two));
  assert.deepEqual(await Promise.all(workers.map((id) => machines.isDraining(id))), [false, true]);
});

test("finds a live worker that accepts turns, here or on another machine", async () => {
  await t.database.pool.query("delete from workers");
  const [one, two] = [newId(), newId()];
  const first = await addWorker(one);
  const accepts = () =>
    Promise.all([t.store.machines.acceptsTurns(one), t.store.machines.othersAcceptTurns(one, version)]);
  assert.deepEqual(await accepts(), [true, false]);
  await addWorker(two, "1 minute");
  assert.deepEqual(await accepts(), [true, false], "a worker without a heartbeat accepts nothing");
  const second = await addWorker(two);
  assert.deepEqual(await accepts(), [true, true]);
  assert.equal(await t.store.machines.othersAcceptTurns(one, version + 1), false, "an older version");
  await t.store.machines.drain([first, second]);
  assert.deepEqual(await accepts(), [false, false]);
});

test("lists all unsaved sessions of a machine once its workers are gone, also without a recorded reason", async () => {
  const machineId = newId();
  const workerId = await addWorker(machineId);
  const { machines, savedWorkspaces } = t.store;
  const addUnsaved = async () => {
    const lease = await t.startTurn((await t.addSession()).id);
    await savedWorkspaces.setMachine(lease, machineId);
    return lease.sessionId;
  };
  const [known, unknown, deleted] = [await addUnsaved(), await addUnsaved(), await addUnsaved()];
  await savedWorkspaces.recordUnsaved(known, machineId, "The store is gone.");
  await t.database.pool.query("update sessions set deleted_at = now() where id = $1", [deleted]);
  const reported = { sessionId: known, reason: "The store is gone." };
  assert.deepEqual(await machines.listUnsaved(machineId), [reported], "control: the worker may still save");
  const died = "update workers set heartbeat_at = now() - interval '31 seconds' where id = $1";
  for (const change of [died, "delete from workers where id = $1"]) {
    await t.database.pool.query(change, [workerId]);
    assert.deepEqual(await machines.listUnsaved(machineId), [
      reported,
      { sessionId: unknown, reason: "The machine's workers stopped before they saved its files." },
    ]);
  }
});
