import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import pg from "pg";
import { newId, WorkerLease, workerLeaseMs } from "../core/base/index.ts";
import { openTestStore, type TestStore, until } from "../testing/test-store.ts";
import type { StaleWorker } from "./decide-loss.ts";
import { createWorkerRegistry } from "./workers.ts";

const log = { info() {}, warn() {}, error() {} };
let t: TestStore;
let proxy: Server;
const upstreams: Socket[] = [];

before(async () => {
  t = await openTestStore();
  const socket = new URL(t.database.url).searchParams.get("host");
  proxy = createServer((client) => {
    const upstream =
      socket === null ? connect(databasePort()) : connect(`${socket}/.s.PGSQL.${databasePort()}`);
    upstreams.push(upstream);
    for (const each of [client, upstream]) each.on("error", () => {});
    client.pipe(upstream).pipe(client, { end: false });
    client.on("close", () => upstream.destroy());
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
});
beforeEach(() => t.database.pool.query("delete from workers"));
after(async () => {
  proxy.close();
  await t.drop();
});

const databasePort = () => Number(new URL(t.database.url).port || 5432);

function proxiedUrl(): string {
  const url = new URL(t.database.url);
  url.searchParams.delete("host");
  url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return url.href;
}

const worker = (workerId = newId()) => ({
  workerId,
  host: "here",
  version: 1,
  machine: { id: newId(), turnLimit: 1, labels: ["gpu"], memoryBytes: 1 },
  onStopNotice: () => {},
  onSteeringNotice: () => {},
  onTakenOver: async () => {},
  onRejoined: () => {},
});

const parts = () => ({
  pool: t.database.pool,
  connectionString: t.database.url,
  lease: new WorkerLease(),
  processes: { own: newId(), isRunning: async () => false },
  facts: { release: "1.2.3", newestMigration: "0001-a.sql", freeDiskBytes: () => 5 },
  log,
});

const join = (workerId?: string) => createWorkerRegistry(parts()).join(worker(workerId));

/** Makes a worker look as if it had sent no heartbeat for a time. */
const silence = (workerId: string, interval: string) =>
  t.database.pool.query("update workers set heartbeat_at = now() - $2::interval where id = $1", [
    workerId,
    interval,
  ]);

/** Returns the workers that a new worker takes over. */
async function takenOverBy(
  change: Partial<Parameters<typeof createWorkerRegistry>[0]> = {},
  machineId = newId(),
): Promise<string[]> {
  const input = worker();
  const member = await createWorkerRegistry({ ...parts(), ...change }).join({
    ...input,
    machine: { ...input.machine, id: machineId },
  });
  const ids: string[] = [];
  await member.takeOverLost(async (id) => void ids.push(id));
  await member.leave();
  await t.database.pool.query("delete from workers where id = $1", [input.workerId]);
  return ids;
}

/** Registers a worker that sends no heartbeats, and returns its input. `holdLock` opens a connection as the worker does. */
async function addSilent({ holdsLock }: { readonly holdsLock: boolean }) {
  const input = worker();
  await t.database.pool.query(
    `insert into workers (id, host, version, machine_id, turn_limit, memory_bytes, process_name, started_at, heartbeat_at)
     values ($1, 'there', 1, $2, 1, 1, 'there', now(), now())`,
    [input.workerId, input.machine.id],
  );
  if (!holdsLock) return { ...input, connection: null };
  const name = `tembo-worker-${input.workerId}`;
  const connection = new pg.Client({ connectionString: t.database.url, application_name: name });
  connection.on("error", () => {});
  await connection.connect();
  await connection.query("select pg_advisory_lock(77, hashtext($1))", [input.workerId]);
  return { ...input, connection };
}

/** Adds a worker that left. */
async function addLost(): Promise<string> {
  const id = newId();
  await (await join(id)).leave();
  return id;
}

async function existing(...ids: readonly string[]): Promise<string[]> {
  const { rows } = await t.database.pool.query<{ id: string }>("select id from workers where id = any($1)", [
    ids,
  ]);
  return rows.map(({ id }) => id);
}

async function isWaitingFor(workerId: string): Promise<boolean> {
  const { rowCount } = await t.database.pool.query(
    `select from pg_locks where locktype = 'advisory' and not granted and objid::bigint = hashtext($1)::bit(32)::bigint`,
    [workerId],
  );
  return rowCount !== 0;
}

test("reconnects when a heartbeat receives no response on a connection that stays open", async () => {
  const rejoined = Promise.withResolvers<void>();
  const options = { ...parts(), connectionString: proxiedUrl(), answerTimeoutMs: 500 };
  const member = await createWorkerRegistry(options).join({ ...worker(), onRejoined: rejoined.resolve });
  // The server has dropped the connection, and the network does not deliver the end of it.
  upstreams[0]!.unpipe();
  upstreams[0]!.destroy();
  await rejoined.promise;
  assert.equal(upstreams.length, 2);
  await member.leave();
});

test("lets one process at a time take over a lost worker, and none afterwards", async () => {
  const lost = [await addLost(), await addLost()];
  const [first, second] = [await join(), await join()];
  const takenOver: string[] = [];
  await first.takeOverLost(async (id) => {
    takenOver.push(id);
    // Takes over the other lost worker, which the first process has already found.
    await second.takeOverLost(async (other) => void takenOver.push(other));
  });
  assert.deepEqual(takenOver.sort(), lost.sort());
  assert.deepEqual(await existing(...lost), []);
  await Promise.all([first.leave(), second.leave()]);
});

test("takes over a lost worker again after a failure", async () => {
  const lost = await addLost();
  const [first, second] = [await join(), await join()];
  await assert.rejects(
    first.takeOverLost(async () => {
      throw new Error("a sandbox does not stop");
    }),
    /does not stop/,
  );
  assert.deepEqual(await existing(lost), [lost]);
  const takenOver: string[] = [];
  await second.takeOverLost(async (id) => void takenOver.push(id));
  assert.deepEqual(takenOver, [lost]);
  await Promise.all([first.leave(), second.leave()]);
});

test("lets a worker return only after it was taken over, so that it stays registered", async () => {
  const lost = await addLost();
  const member = await join();
  let hasReturned = false;
  let returning = Promise.resolve<Awaited<ReturnType<typeof join>> | null>(null);
  await member.takeOverLost(async () => {
    returning = join(lost).finally(() => {
      hasReturned = true;
    });
    await until(async () => hasReturned || (await isWaitingFor(lost)));
  });
  const returned = await returning;
  assert.deepEqual(await existing(lost), [lost]);
  await Promise.all([returned!.leave(), member.leave()]);
});

test("takes over a worker that still holds its lock only if it is unreachable, and ends its connection", async () => {
  const { workerId, connection } = await addSilent({ holdsLock: true });
  const ended = new Promise((resolve) => connection!.once("end", resolve));
  await silence(workerId, "1 minute");
  assert.deepEqual(await takenOverBy({ decide: () => "ended" }), [], "control: its lock shows that it runs");
  // The lock is free only once the server has ended the connection.
  await until(async () => (await takenOverBy({ decide: () => "unreachable" })).includes(workerId));
  await ended;
});

test("takes over a worker of the same machine when its process has ended", async () => {
  const { workerId, machine } = await addSilent({ holdsLock: false });
  await silence(workerId, "1 minute");
  const asked: string[] = [];
  const processes = (isRunning: boolean) => ({
    own: newId(),
    isRunning: async (name: string) => {
      asked.push(name);
      return isRunning;
    },
  });
  const decide = ({ isRunning }: StaleWorker) => (isRunning === false ? "ended" : "present");
  assert.deepEqual(
    await takenOverBy({ processes: processes(false), decide }),
    [],
    "control: another machine",
  );
  assert.deepEqual(await takenOverBy({ processes: processes(true), decide }, machine.id), []);
  assert.deepEqual(await takenOverBy({ processes: processes(false), decide }, machine.id), [workerId]);
  assert.ok(asked.length > 0 && asked.every((name) => name === "there"));
});

test("a lost machine has been absent since its last heartbeat", async () => {
  const { workerId, machine } = await addSilent({ holdsLock: false });
  await silence(workerId, "40 seconds");
  assert.deepEqual(await takenOverBy({ decide: () => "ended" }), [workerId]);
  const { rows } = await t.database.pool.query<{ absentSeconds: number }>(
    `select extract(epoch from now() - left_at)::integer as "absentSeconds" from machines where id = $1`,
    [machine.id],
  );
  assert.ok(rows[0]!.absentSeconds >= 40, JSON.stringify(rows));
});

test("a worker that returns after it was taken over ends its work before it may act again", async () => {
  let nowMs = 0;
  const lease = new WorkerLease(() => ({ monotonicMs: nowMs, wallMs: nowMs }));
  const input = worker();
  const isBack = Promise.withResolvers<void>();
  const validWhileEnding: boolean[] = [];
  const member = await createWorkerRegistry({ ...parts(), lease }).join({
    ...input,
    onTakenOver: async () => void validWhileEnding.push(lease.isValid()),
    onRejoined: isBack.resolve,
  });
  await t.database.pool.query("delete from workers where id = $1", [input.workerId]);
  nowMs += workerLeaseMs;
  await endConnectionsOf(input.workerId);
  await isBack.promise;
  assert.deepEqual(validWhileEnding, [false]);
  assert.equal(lease.isValid(), true);
  await member.leave();
});

test("a worker that cannot end its work tries again over one connection, and may not act before", async () => {
  const lease = new WorkerLease();
  const input = worker();
  const isBack = Promise.withResolvers<void>();
  let failures = 0;
  const member = await createWorkerRegistry({ ...parts(), lease }).join({
    ...input,
    onTakenOver: async () => {
      if (failures === 3) return;
      failures += 1;
      throw new Error("A program could not be ended.");
    },
    onRejoined: isBack.resolve,
  });
  await t.database.pool.query("delete from workers where id = $1", [input.workerId]);
  await endConnectionsOf(input.workerId);
  await isBack.promise;
  assert.deepEqual([failures, lease.isValid()], [3, true]);
  const { rows } = await t.database.pool.query(
    "select from pg_stat_activity where application_name like '%' || $1",
    [input.workerId],
  );
  assert.equal(rows.length, 1, "no other loop reconnects");
  await member.leave();
});

test("a worker ends its work again if it loses the database meanwhile, and may not act before", async () => {
  const lease = new WorkerLease();
  const input = worker();
  const isBack = Promise.withResolvers<void>();
  const ended: boolean[] = [];
  const secondEnds = Promise.withResolvers<void>();
  const member = await createWorkerRegistry({ ...parts(), lease }).join({
    ...input,
    onTakenOver: async () => {
      ended.push(lease.isValid());
      if (ended.length === 1) {
        await endConnectionsOf(input.workerId);
        // The worker has returned a second time, and its row exists.
        await secondEnds.promise;
      } else secondEnds.resolve();
    },
    onRejoined: () => {
      if (lease.isValid()) isBack.resolve();
    },
  });
  await t.database.pool.query("delete from workers where id = $1", [input.workerId]);
  await endConnectionsOf(input.workerId);
  await isBack.promise;
  assert.deepEqual(ended, [false, false]);
  await member.leave();
});

test("a worker whose connection ends may not act until it has returned", async () => {
  const lease = new WorkerLease();
  const changes: boolean[] = [];
  lease.watch((isValid) => changes.push(isValid));
  const isBack = Promise.withResolvers<void>();
  const input = worker();
  const member = await createWorkerRegistry({ ...parts(), lease }).join({
    ...input,
    onRejoined: isBack.resolve,
  });
  await endConnectionsOf(input.workerId);
  await isBack.promise;
  assert.deepEqual(changes, [false, true]);
  await member.leave();
});

test("a worker that leaves while it returns keeps no connection", async () => {
  const input = worker();
  const member = await createWorkerRegistry(parts()).join(input);
  const other = new pg.Client({ connectionString: t.database.url });
  await other.connect();
  const held = other.query("select pg_advisory_lock(77, hashtext($1))", [input.workerId]);
  await until(() => isWaitingFor(input.workerId));
  await endConnectionsOf(input.workerId);
  await held;
  await until(() => isWaitingFor(input.workerId));
  await member.leave();
  await other.end();
  const isConnected = async () =>
    (
      await t.database.pool.query("select from pg_stat_activity where application_name = $1", [
        `tembo-worker-${input.workerId}`,
      ])
    ).rowCount !== 0;
  await until(async () => !(await isConnected()));
});

test("a worker that cannot tell that it leaves keeps no lease", async () => {
  const lease = new WorkerLease();
  const options = { ...parts(), lease, connectionString: proxiedUrl(), answerTimeoutMs: 500 };
  const member = await createWorkerRegistry(options).join(worker());
  lease.lapse();
  upstreams.at(-1)!.unpipe();
  upstreams.at(-1)!.destroy();
  await assert.rejects(member.leave());
  assert.equal(lease.isValid(), true, "a process that is not a worker may act");
});

test("measures silence on its own clock, over one connection", async () => {
  const { workerId } = await addSilent({ holdsLock: false });
  await silence(workerId, "1 minute");
  const seen: StaleWorker[] = [];
  const decide = (stale: StaleWorker) => {
    seen.push(stale);
    return "present" as const;
  };
  const member = await createWorkerRegistry({ ...parts(), decide }).join(worker());
  const look = async () => {
    await member.takeOverLost(async () => assert.fail("nobody is lost"));
    return seen.at(-1)!;
  };
  assert.deepEqual(await look(), { hasStopped: false, hasReturned: false, isRunning: null, watchedMs: 0 });
  assert.ok((await look()).watchedMs > 0, "control: it still watches the same heartbeat");
  await silence(workerId, "40 seconds");
  assert.equal((await look()).watchedMs, 0, "a new heartbeat");
  await t.database.pool.query("update workers set heartbeat_at = now() + interval '1 minute' where id = $1", [
    workerId,
  ]);
  const count = seen.length;
  await look();
  assert.equal(seen.length, count, "a recent heartbeat");
  await member.leave();
});

test("takes over a worker although another one cannot be taken over", async () => {
  const lost = [await addLost(), await addLost()];
  const member = await join();
  const takenOver: string[] = [];
  const failing = async (id: string) => {
    takenOver.push(id);
    if (takenOver.length === 1) throw new Error("a sandbox does not stop");
  };
  await assert.rejects(member.takeOverLost(failing), /does not stop/);
  assert.deepEqual(takenOver.sort(), lost.sort());
  await member.leave();
});

test("a worker that returns in time continues its work", async () => {
  const isBack = Promise.withResolvers<void>();
  let takenOver = 0;
  const input = worker();
  const member = await createWorkerRegistry(parts()).join({
    ...input,
    onTakenOver: async () => {
      takenOver += 1;
    },
    onRejoined: isBack.resolve,
  });
  await endConnectionsOf(input.workerId);
  await isBack.promise;
  assert.equal(takenOver, 0);
  await member.leave();
});

const endConnectionsOf = (workerId: string) =>
  t.database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1",
    [`tembo-worker-${workerId}`],
  );

test("records when a worker returns after it was absent for longer than its lease", async () => {
  const workerId = newId();
  const member = await join(workerId);
  const find = async () => {
    const { rows } = await t.database.pool.query(
      `select returned_at is not null as "hasReturned", heartbeat_at > now() - interval '3 seconds' as "isHere"
       from workers where id = $1`,
      [workerId],
    );
    return rows[0];
  };
  const heartbeat = () => until(async () => (await find()).isHere);
  await silence(workerId, "8 seconds");
  await heartbeat();
  assert.equal((await find()).hasReturned, false, "control");
  await silence(workerId, "11 seconds");
  await heartbeat();
  assert.equal((await find()).hasReturned, true);
  await member.leave();
});
