import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../core/base/index.ts";
import { openTestStore, type TestStore } from "../testing/test-store.ts";
import { createServerRegistry } from "./servers.ts";

const noLinks = () => [];
const log = { info() {}, warn() {}, error() {} };

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const serverAt = (address: string | null) => ({
  id: newId(),
  machineId: newId(),
  address,
  host: "here",
  facts: { release: "1.2.3", newestMigration: "0001-a.sql", freeDiskBytes: () => 5 },
});

async function addWorker(): Promise<string> {
  const id = newId();
  await t.database.pool.query(
    "insert into workers (id, host, started_at, heartbeat_at) values ($1, 'here', now(), now())",
    [id],
  );
  return id;
}

test("finds the server with the latest link of a worker, until the link or the server ends", async () => {
  const registry = createServerRegistry({ pool: t.database.pool, log });
  const [one, two] = [serverAt("http://one.example"), serverAt(null)];
  const leaveOne = await registry.join(one, noLinks);
  const leaveTwo = await registry.join(two, noLinks);
  const workerId = await addWorker();
  assert.equal(await registry.findRoute(workerId), null);
  assert.equal(await registry.link(workerId, one.id), true);
  assert.deepEqual(await registry.findRoute(workerId), { serverId: one.id, address: one.address });
  await registry.link(workerId, two.id);
  await registry.unlink(workerId, one.id);
  assert.deepEqual(await registry.findRoute(workerId), { serverId: two.id, address: null });
  assert.deepEqual(await registry.findRoute(one.id), { serverId: one.id, address: one.address });
  assert.equal(await registry.findOnMachine(two.machineId), two.id);
  assert.equal(await registry.link(newId(), one.id), false, "the worker is not registered");
  await leaveTwo();
  assert.equal(await registry.findRoute(workerId), null);
  assert.equal(await registry.findOnMachine(two.machineId), null);
  await leaveOne();
});

test("finds no server whose heartbeats have stopped", async () => {
  const registry = createServerRegistry({ pool: t.database.pool, log });
  const server = serverAt("http://one.example");
  const leave = await registry.join(server, noLinks);
  await t.database.pool.query("update servers set heartbeat_at = now() - interval '1 minute' where id = $1", [
    server.id,
  ]);
  assert.equal(await registry.findRoute(server.id), null);
  assert.equal(await registry.findOnMachine(server.machineId), null);
  await leave();
});

test("a heartbeat records the server's links again, unless a running server has recorded them", async () => {
  const registry = createServerRegistry({ pool: t.database.pool, log });
  const [one, two, stopped] = [1, 2, 3].map((n) => serverAt(`http://${n}.example`));
  const leaves = [await registry.join(one!, noLinks), await registry.join(stopped!, noLinks)];
  const [missing, taken, stale] = [await addWorker(), await addWorker(), await addWorker()];
  await registry.link(taken, one!.id);
  await registry.link(stale, stopped!.id);
  await t.database.pool.query("update servers set heartbeat_at = now() - interval '1 minute' where id = $1", [
    stopped!.id,
  ]);
  leaves.push(await registry.join(two!, () => [missing, taken, stale, newId()]));
  const servers = [];
  for (const id of [missing, taken, stale]) servers.push((await registry.findRoute(id))?.serverId);
  assert.deepEqual(servers, [two!.id, one!.id, two!.id]);
  for (const leave of leaves) await leave();
});
