import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import pg from "pg";
import { newId } from "../core/base/index.ts";
import { pollUntil } from "../runtime/poll-until.ts";
import { type NetworkCluster, startNetworkCluster } from "../testing/network-cluster.ts";
import { migrate } from "./migrate.ts";

const skip =
  (process.getuid!() !== 0 && "needs root") ||
  (!["/sbin/ip", "/usr/sbin/ip", "/bin/ip"].some(existsSync) && "iproute2 is not installed");
/** Many times the six seconds after which the server drops the connection. */
const patienceMs = 60_000;
const controlKey = 4_711;

let cluster: NetworkCluster;
let pool: pg.Pool;

before(async () => {
  if (skip !== false) return;
  cluster = await startNetworkCluster();
  pool = new pg.Pool({ connectionString: cluster.localUrl });
  await migrate(pool);
});
after(async () => {
  if (skip !== false) return;
  await pool.end();
  await cluster.stop();
});

test("frees the lock of a worker whose network failed, and not a lock without its settings", {
  skip,
  timeout: 120_000,
}, async () => {
  const workerId = newId();
  const script = new URL("./testing/hold-lock.ts", import.meta.url).pathname;
  const worker = cluster.startRemote([script, cluster.remoteUrl, workerId, String(controlKey)]);
  await once(worker.stdout!, "data");
  const isWorkerHeld = () => isHeld("classid = 77 and objid = hashtext($1)::bigint & 4294967295", workerId);
  const isControlHeld = () => isHeld("classid = 0 and objid = $1", controlKey);
  assert.deepEqual([await isWorkerHeld(), await isControlHeld()], [true, true]);

  await cluster.cut();
  const isFree = await pollUntil(async () => !(await isWorkerHeld()), { every: 100, timeoutMs: patienceMs });
  assert.deepEqual([isFree, await isControlHeld()], [true, true]);
});

async function isHeld(condition: string, key: unknown): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select from pg_locks where locktype = 'advisory' and granted and ${condition}`,
    [key],
  );
  return rowCount !== 0;
}
