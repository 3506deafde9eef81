import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { newId } from "../core/base/index.ts";
import { openTestStore, type TestStore } from "../testing/test-store.ts";
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

test("reconnects when a heartbeat receives no response on a connection that stays open", async () => {
  const workerId = newId();
  const rejoined = Promise.withResolvers<void>();
  const options = { pool: t.database.pool, connectionString: proxiedUrl(), log, answerTimeoutMs: 500 };
  const member = await createWorkerRegistry(options).join({
    workerId,
    host: "here",
    version: 1,
    machine: { id: newId(), turnLimit: 1, memoryBytes: 1 },
    onStopNotice: () => {},
    onSteeringNotice: () => {},
    onRejoined: rejoined.resolve,
  });
  // The server has dropped the connection, and the network does not deliver the end of it.
  upstreams[0]!.unpipe();
  upstreams[0]!.destroy();
  await rejoined.promise;
  assert.equal(upstreams.length, 2);
  await member.leave();
});
