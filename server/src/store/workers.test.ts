import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import { newId } from "../core/base/index.ts";
import { openTestStore, type TestStore, until } from "../testing/test-store.ts";
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
  machine: { id: newId(), turnLimit: 1, memoryBytes: 1 },
  onStopNotice: () => {},
  onSteeringNotice: () => {},
  onRejoined: () => {},
});

const join = (workerId?: string) =>
  createWorkerRegistry({ pool: t.database.pool, connectionString: t.database.url, log }).join(
    worker(workerId),
  );

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
  const options = { pool: t.database.pool, connectionString: proxiedUrl(), log, answerTimeoutMs: 500 };
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
