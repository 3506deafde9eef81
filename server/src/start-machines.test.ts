import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { newId } from "./core/base/index.ts";
import { readMachineId } from "./start-machine-id.ts";
import { drainWorkers, listMachines } from "./start-machines.ts";
import { openTestStore, type TestStore } from "./testing/test-store.ts";

let t: TestStore;
let env: Record<string, string>;
before(async () => {
  t = await openTestStore();
  env = { DATABASE_URL: t.database.url, TEMBO_DATA_DIR: await mkdtemp(join(tmpdir(), "tembo-")) };
});
after(async () => {
  await rm(env.TEMBO_DATA_DIR!, { recursive: true });
  await t.drop();
});

async function addWorker(machineId: string): Promise<string> {
  const id = newId();
  await t.database.pool.query(
    `insert into workers (id, host, started_at, heartbeat_at, machine_id, turn_limit, memory_bytes)
     values ($1, 'one', now(), now() + interval '1 hour', $2, 1, 0)`,
    [id, machineId],
  );
  return id;
}

test("drains the workers of this machine, or the machine or worker that is named", async () => {
  const other = newId();
  const [first, second] = [await addWorker(other), await addWorker(other)];
  await assert.rejects(drainWorkers(env, {}), { code: "not_found", message: /belongs to no machine/ });
  const own = await readMachineId(env.TEMBO_DATA_DIR!);
  await assert.rejects(drainWorkers(env, {}), {
    code: "not_found",
    message: `No worker runs on the machine ${own}. Machines with workers: ${other} (one).`,
  });
  const third = await addWorker(own);
  assert.deepEqual(await drainWorkers(env, { workerId: second }), {
    machineId: other,
    workerIds: [second],
  });
  const draining = async () =>
    (await listMachines(env)).flatMap(({ workers }) =>
      workers.filter(({ isDraining }) => isDraining).map(({ id }) => id),
    );
  assert.deepEqual(await draining(), [second]);
  await drainWorkers(env, { machineId: other });
  assert.deepEqual(new Set(await draining()), new Set([first, second]));
  await drainWorkers(env, {});
  assert.ok((await draining()).includes(third));
});

test("requires the shared database, and names an unknown worker", async () => {
  await assert.rejects(listMachines({ TEMBO_DATA_DIR: env.TEMBO_DATA_DIR }), {
    code: "invalid_input",
    message: /DATABASE_URL/,
  });
  await assert.rejects(drainWorkers(env, { workerId: "x" }), { message: /^No worker with the ID x runs\./ });
});
