import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { CreateMultipartUploadCommand } from "@aws-sdk/client-s3";
import { type Logger, newId } from "../../core/base/index.ts";
import { checkBlobs } from "../../doctor/check-blobs.ts";
import { createOutbound } from "../../outbound/outbound.ts";
import { listAll } from "../../testing/test-blobs.ts";
import { keyOf } from "../blob-store.ts";
import { blobStoreContract } from "../blob-store-contract.ts";
import { type FaultyProxy, startFaultyProxy } from "../testing/faulty-proxy.ts";
import { createS3BlobStore, type S3BlobStore } from "./s3-blob-store.ts";
import { connectS3, type S3Limits, type S3Options } from "./s3-client.ts";
import { type Ceph, createBucket, missingCeph, startCeph } from "./testing/start-ceph.ts";

const skip = missingCeph();
const log: Logger = { info: () => {}, warn: () => {}, error: () => {} };
/** Permits no private address, as in production. */
const outbound = createOutbound({ log, privateHosts: [] });
const limits: Partial<S3Limits> = { connectMs: 5_000, requestMs: 5_000, silentMs: 1_500, attempts: 2 };

let ceph: Ceph;
let proxy: FaultyProxy;
const opened: S3BlobStore[] = [];

before(async () => {
  if (skip) return;
  ceph = await startCeph();
  proxy = await startFaultyProxy(ceph.endpoint);
  await createBucket(ceph, "blobs");
});
after(async () => {
  for (const store of opened) store.close();
  await proxy?.[Symbol.asyncDispose]();
  await ceph?.[Symbol.asyncDispose]();
});

const optionsWith = (change: Partial<S3Options>): S3Options => ({
  bucket: "blobs",
  prefix: "tests/main",
  endpoint: ceph.endpoint,
  region: "us-east-1",
  isPathStyle: true,
  credentials: ceph.credentials,
  ...change,
});

function open(change: Partial<S3Options> = {}, within: Partial<S3Limits> = {}): S3BlobStore {
  const store = createS3BlobStore(optionsWith(change), { outbound, log, limits: within });
  opened.push(store);
  return store;
}

const aKey = () => keyOf({ organizationId: newId(), kind: "workspace", id: newId() });

async function* stream(...chunks: Uint8Array[]) {
  yield* chunks;
}

describe("on Ceph", () => {
  blobStoreContract(
    async () => ({
      blobStore: open({ prefix: "tests/contract" }),
      async leaveUnfinished(key) {
        const { client, close } = connectS3(optionsWith({}), outbound);
        await client.send(
          new CreateMultipartUploadCommand({ Bucket: "blobs", Key: `tests/contract/${key}` }),
        );
        close();
      },
      [Symbol.asyncDispose]: async () => {},
    }),
    { skip },
  );
});

test("keeps prefixes of a bucket apart", { skip }, async () => {
  const [one, other] = [open({ prefix: "" }), open({ prefix: "other" })];
  const key = aKey();
  await one.put(key, stream(Buffer.from("x")));
  assert.equal(await other.head(key), null);
  assert.equal((await one.head(key))?.sizeBytes, 1);
});

test("explains wrong keys and a missing bucket", { skip }, async () => {
  const { credentials } = ceph;
  for (const [change, message] of [
    [{ credentials: { ...credentials, secretAccessKey: "wrong" } }, /SignatureDoesNotMatch.*TEMBO_S3_SECRET/],
    [
      { credentials: { ...credentials, accessKeyId: "unknown" } },
      /InvalidAccessKeyId.*TEMBO_S3_ACCESS_KEY_ID/,
    ],
    [{ bucket: "missing" }, /bucket missing.*NoSuchBucket\. Create the bucket/],
  ] as const) {
    const store = open(change);
    const expected = { code: "internal", message };
    await assert.rejects(store.put(aKey(), stream(Buffer.from("x"))), expected);
    await assert.rejects(buffer(store.get(aKey())), expected);
    await assert.rejects(listAll(store), expected);
  }
  const forbidden = open({ credentials: { ...credentials, secretAccessKey: "wrong" } });
  await assert.rejects(forbidden.head(aKey()), { code: "internal", message: /TEMBO_S3_SECRET/ });
});

test("continues a read where the connection broke", { skip }, async () => {
  const store = open({ endpoint: proxy.url }, limits);
  const key = aKey();
  const bytes = randomBytes(5 * 1024 ** 2);
  await store.put(key, stream(bytes));
  for (const [kind, times] of [
    ["cut", 4],
    ["silent", 1],
  ] as const) {
    proxy.set({ kind, after: 1_200_000 }, times);
    assert.deepEqual(await buffer(store.get(key)), bytes);
    assert.equal(proxy.connections, times + 1);
  }
});

test("throws unavailable if the store sends no bytes or cannot be reached", { skip }, async () => {
  const store = open({ endpoint: proxy.url }, limits);
  const key = aKey();
  await store.put(key, stream(randomBytes(100_000)));
  const unavailable = { code: "unavailable", message: /does not respond.*TEMBO_S3_ENDPOINT/ };
  for (const fault of [
    { kind: "cut", after: 0 },
    { kind: "silent", after: 0 },
  ] as const) {
    proxy.set(fault);
    await assert.rejects(buffer(store.get(key)), unavailable);
    await assert.rejects(store.put(aKey(), stream(Buffer.from("x"))), unavailable);
    assert.ok(proxy.connections <= 3 * 2, `${proxy.connections} connections`);
  }
  const nowhere = open({ endpoint: "http://127.0.0.1:9" }, limits);
  await assert.rejects(nowhere.head(key), unavailable);
  proxy.set({ kind: "none" });
  assert.equal((await buffer(store.get(key))).length, 100_000, "control");
});

test("ends a read after several connections with few bytes", { skip }, async () => {
  const store = open({ endpoint: proxy.url }, limits);
  const key = aKey();
  await store.put(key, stream(randomBytes(3 * 1024 ** 2)));
  let size = 0;
  await assert.rejects(
    async () => {
      for await (const bytes of store.get(key)) {
        if (size === 0) proxy.set({ kind: "cut", after: 600 });
        size += bytes.length;
      }
    },
    { code: "unavailable" },
  );
  assert.ok(size > 0 && size < 3 * 1024 ** 2, `${size} bytes`);
});

test("leaves nothing of an upload that the store interrupts", { skip }, async () => {
  const store = open({ endpoint: proxy.url }, limits);
  const key = aKey();
  async function* source() {
    for (let number = 0; number < 40; number++) {
      if (number === 36) proxy.set({ kind: "cut", after: 0 }, 2);
      yield randomBytes(1024 ** 2);
    }
  }
  await assert.rejects(store.put(key, source()), { code: "unavailable" });
  const direct = open();
  assert.equal(await direct.head(key), null);
  assert.equal(await direct.removeIncomplete(new Date(Date.now() + 60_000)), 0);
});

test("tembo doctor writes, reads and deletes an object, and reports the fix", { skip }, async () => {
  const check = async (change: Partial<S3Options>) => {
    const blobs = { kind: "s3" as const, ...optionsWith({ prefix: "doctor", ...change }) };
    const [found] = await checkBlobs({ blobs, dataDir: "/nowhere", privateHosts: [] });
    return found!;
  };
  const sound = await check({});
  assert.deepEqual([sound.ok, sound.fix], [true, null]);
  assert.match(sound.detail, /Tembo can write, read and delete objects in bucket blobs at http/);
  assert.deepEqual(await listAll(open({ prefix: "doctor" })), []);
  const wrong = await check({ bucket: "missing" });
  assert.equal(wrong.ok, false);
  assert.match(
    `${wrong.detail} ${wrong.fix}`,
    /cannot write to bucket missing at .*NoSuchBucket.*Correct TEMBO_BLOBS/,
  );
  assert.deepEqual(
    await checkBlobs({ blobs: { kind: "folder", sharedPath: null }, dataDir: "/nowhere", privateHosts: [] }),
    [],
  );
});
