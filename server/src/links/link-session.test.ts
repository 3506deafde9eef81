import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { connect, performServerHandshake, type ServerHttp2Stream } from "node:http2";
import { type Duplex, duplexPair } from "node:stream";
import { type TestContext, test } from "node:test";
import { acceptStream } from "./keep-link.ts";
import { sessionOptions, watchSession } from "./link-session.ts";
import { Links } from "./links.ts";

const going = () => AbortSignal.timeout(60_000);
const client = "203.0.113.9";
const log = { info() {}, warn() {}, error() {} };

/** Starts the two ends of a link whose worker accepts no stream. */
function startSilentWorker(t: TestContext) {
  const [carrier, peer] = duplexPair();
  const session = performServerHandshake(peer as never, sessionOptions);
  const streams = new EventEmitter<{ stream: [ServerHttp2Stream] }>();
  session.on("stream", (stream: ServerHttp2Stream) =>
    streams.emit(
      "stream",
      stream.on("error", () => {}),
    ),
  );
  t.after(watchSession(session, peer));
  return { carrier, peer, streams };
}

const ends = {
  ends: (_carrier: Duplex, peer: Duplex) => void peer.end(),
  closes: (carrier: Duplex) => void carrier.destroy(),
  fails: (carrier: Duplex) => void carrier.destroy(new Error("no longer usable")),
};
for (const [event, end] of Object.entries(ends))
  test(`ends a link whose carrier ${event}`, async (t) => {
    const { carrier, peer } = startSilentWorker(t);
    const session = connect("http://worker", { createConnection: () => carrier });
    watchSession(session, carrier);
    await once(session, "connect");
    const closed = new Promise<void>((resolve) => session.once("close", resolve));
    end(carrier, peer);
    await closed;
    assert.equal(carrier.destroyed, true);
  });

test("does not record a link whose carrier has closed already", async (t) => {
  const { carrier } = startSilentWorker(t);
  carrier.destroy();
  let records = 0;
  const record = async () => {
    records += 1;
    return true;
  };
  const links = new Links({ record, forget: async () => {}, log });
  await links.accept("w", carrier);
  assert.equal(records, 0);
  assert.equal(await links.connect("w", client, going()), null);
});

test("rejects connections that wait for a worker when its link closes", async (t) => {
  const { carrier, streams } = startSilentWorker(t);
  const links = new Links({ record: async () => true, forget: async () => {}, log });
  await links.accept("w", carrier);
  const arrived = once(streams, "stream");
  const waiting = links.connect("w", client, going());
  await arrived;
  links.close();
  await assert.rejects(waiting, { code: "conflict", message: /machine that runs this sandbox was lost/ });
});

test("the late end of a link does not remove the worker's new link", async (t) => {
  const [old, current] = [startSilentWorker(t), startSilentWorker(t)];
  const recorded = new Set<string>();
  const forgetting = Promise.withResolvers<void>();
  const mayForget = Promise.withResolvers<void>();
  const links = new Links({
    record: async (workerId) => {
      recorded.add(workerId);
      return true;
    },
    forget: async (workerId) => {
      forgetting.resolve();
      await mayForget.promise;
      recorded.delete(workerId);
    },
    log,
  });
  t.after(() => links.close());
  await links.accept("w", old.carrier);
  old.carrier.destroy();
  await forgetting.promise;
  const accepted = links.accept("w", current.carrier);
  mayForget.resolve();
  await accepted;
  assert.deepEqual([...recorded], ["w"]);
  assert.deepEqual(links.workerIds, ["w"]);
});

test("ignores a stream that the server has closed before the worker handles it", async (t) => {
  const { carrier, streams } = startSilentWorker(t);
  const session = connect("http://worker", { createConnection: () => carrier });
  t.after(() => session.destroy());
  const request = { ":method": "CONNECT", ":authority": "worker" };
  for (const end of ["close", "destroy"] as const) {
    const arrived = once(streams, "stream");
    session.request(request, { endStream: false }).on("error", () => {});
    const [stream] = (await arrived) as [ServerHttp2Stream];
    stream[end]();
    acceptStream(stream, request, () => assert.fail("served a stream that is closed"));
  }
  const arrived = once(streams, "stream");
  session.request(request, { endStream: false });
  const [stream] = (await arrived) as [ServerHttp2Stream];
  let served: Duplex | null = null;
  acceptStream(stream, request, (connection) => {
    served = connection;
  });
  assert.equal(served, stream, "control");
});

test("ends a link whose peer does not respond to pings", async () => {
  const [carrier, peer] = duplexPair();
  peer.resume();
  const session = connect("http://worker", { createConnection: () => carrier });
  watchSession(session, carrier, 10);
  await once(session, "close");
  assert.equal(carrier.destroyed, true);
});
