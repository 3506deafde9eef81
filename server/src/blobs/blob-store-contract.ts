import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { newId } from "../core/base/index.ts";
import { Semaphore } from "../runtime/semaphore.ts";
import { type BlobStore, keyOf, type StoredObject } from "./blob-store.ts";

export interface StoreUnderTest extends AsyncDisposable {
  readonly blobStore: BlobStore;
  /** Begins an upload that never ends, as if the process had died. */
  leaveUnfinished(key: string): Promise<void>;
}

const mebibyte = 1024 ** 2;
const organizationId = newId();
const aKey = () => keyOf({ organizationId, kind: "workspace", id: newId() });
const farFuture = new Date(Date.now() + 24 * 60 * 60_000);

async function* stream(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const words of texts) yield Buffer.from(words);
}

/** Tests that every blob store must pass. */
export function blobStoreContract(
  open: () => Promise<StoreUnderTest>,
  options: { readonly skip?: string | false },
) {
  let subject: StoreUnderTest;
  let blobStore: BlobStore;
  before(async () => {
    if (options.skip) return;
    subject = await open();
    blobStore = subject.blobStore;
  });
  after(() => subject?.[Symbol.asyncDispose]());
  const check = (name: string, work: () => Promise<void>) => test(name, options, work);
  const read = (key: string, from = 0) => text(blobStore.get(key, { from }));
  const all = async () => {
    const found: StoredObject[] = [];
    for await (const page of blobStore.list()) {
      assert.ok(page.length <= 1_000, `a page of ${page.length}`);
      found.push(...page);
    }
    return found;
  };

  check("returns the stored bytes, their size and their time, and a part from an offset", async () => {
    const key = aKey();
    await blobStore.put(key, stream("0123", "", "456789"));
    assert.equal(await read(key), "0123456789");
    assert.equal(await read(key, 7), "789");
    const head = (await blobStore.head(key))!;
    assert.deepEqual([head.key, head.sizeBytes], [key, 10]);
    assert.ok(Math.abs(head.storedAt.getTime() - Date.now()) < 60 * 60_000);
    const listed = (await all()).find((one) => one.key === key);
    assert.deepEqual(
      [listed?.sizeBytes, Math.trunc(Number(listed?.storedAt) / 1_000)],
      [10, Math.trunc(Number(head.storedAt) / 1_000)],
    );
  });

  check("stores an object without bytes", async () => {
    const key = aKey();
    await blobStore.put(key, stream());
    assert.equal(await read(key), "");
    assert.equal((await blobStore.head(key))?.sizeBytes, 0);
  });

  check("reports a missing object", async () => {
    await assert.rejects(read(aKey()), { code: "not_found" });
    assert.equal(await blobStore.head(aKey()), null);
  });

  check("transfers a large object without holding it in memory", async () => {
    const key = aKey();
    const count = 200;
    const chunk = randomBytes(mebibyte);
    const [sent, received] = [createHash("sha256"), createHash("sha256")];
    const start = liveBytes();
    let peak = 0;
    const measure = (number: number) => {
      if (number % 10 === 0) peak = Math.max(peak, liveBytes() - start);
    };
    async function* source() {
      for (let number = 0; number < count; number++) {
        measure(number);
        chunk.writeUInt32BE(number);
        sent.update(chunk);
        yield chunk;
      }
    }
    await blobStore.put(key, source());
    let size = 0;
    for await (const bytes of blobStore.get(key)) {
      if (Math.trunc((size + bytes.length) / mebibyte) > Math.trunc(size / mebibyte)) measure(size);
      size += bytes.length;
      received.update(bytes);
    }
    assert.equal(size, count * mebibyte);
    assert.equal(received.digest("hex"), sent.digest("hex"));
    assert.ok(peak < 80 * mebibyte, `${peak} bytes in memory`);
    await blobStore.delete([key]);
  });

  for (const [size, chunks] of [
    ["small", 1],
    ["large", 40],
  ] as const) {
    check(`leaves nothing of a ${size} upload that is aborted or whose source fails`, async () => {
      const aborted = new AbortController();
      const [first, second] = [aKey(), aKey()];
      let closed = 0;
      async function* source(end: () => void) {
        try {
          for (let number = 0; number < chunks; number++) yield randomBytes(mebibyte);
          end();
          yield Buffer.from("more");
        } finally {
          closed += 1;
        }
      }
      const upload = blobStore.put(
        first,
        source(() => aborted.abort(new Error("stopped"))),
        aborted.signal,
      );
      await assert.rejects(upload, /stopped/);
      const fail = () => {
        throw new Error("gone");
      };
      await assert.rejects(blobStore.put(second, source(fail)), /^Error: gone$/);
      assert.equal(closed, 2, "both sources are closed");
      for (const key of [first, second]) assert.equal(await blobStore.head(key), null);
      assert.equal(await blobStore.removeIncomplete(farFuture), 0);
    });
  }

  check("stops reading when the signal aborts", async () => {
    const key = aKey();
    await blobStore.put(key, stream("x".repeat(5 * mebibyte)));
    const aborted = new AbortController();
    await assert.rejects(async () => {
      for await (const _ of blobStore.get(key, { signal: aborted.signal }))
        aborted.abort(new Error("stopped"));
    }, /stopped/);
  });

  check("deletes objects, and does not fail when repeated", async () => {
    const [gone, kept] = [aKey(), aKey()];
    for (const key of [gone, kept]) await blobStore.put(key, stream("x"));
    await blobStore.delete([gone, aKey()]);
    await blobStore.delete([gone]);
    assert.equal(await blobStore.head(gone), null);
    assert.equal(await read(kept), "x");
  });

  check("lists more objects than a page has", async () => {
    const keys = Array.from({ length: 1_005 }, aKey);
    const permits = new Semaphore(16);
    await Promise.all(keys.map((key) => permits.run(() => blobStore.put(key, stream("x")))));
    const listed = new Set((await all()).map(({ key }) => key));
    assert.deepEqual(
      keys.filter((key) => !listed.has(key)),
      [],
    );
    await blobStore.delete(keys);
  });

  check("rejects keys outside the folder of an organization", async () => {
    const other = keyOf({ organizationId: newId(), kind: "workspace", id: newId() });
    await blobStore.put(other, stream("theirs"));
    const id = newId();
    for (const key of [
      `o/${organizationId}/w/../../${other.slice(2)}`,
      `o/${organizationId}/w/${id}/../../../../x`,
      `o/${organizationId}/x/${id}`,
      `o/${organizationId}/w/`,
      `/o/${organizationId}/w/${id}`,
      `../o/${organizationId}/w/${id}`,
      "incoming/x",
      "",
    ]) {
      await assert.rejects(read(key), { code: "internal" }, key);
      await assert.rejects(async () => blobStore.put(key, stream("x")), { code: "internal" }, key);
      await assert.rejects(async () => blobStore.head(key), { code: "internal" }, key);
      await assert.rejects(async () => blobStore.delete([key]), { code: "internal" }, key);
    }
    assert.equal(await read(other), "theirs");
  });

  check("removes an unfinished upload when it is old enough", async () => {
    await subject.leaveUnfinished(aKey());
    assert.equal(await blobStore.removeIncomplete(new Date(0)), 0);
    assert.equal(await blobStore.removeIncomplete(farFuture), 1);
    assert.equal(await blobStore.removeIncomplete(farFuture), 0);
  });
}

/** Returns the size of all buffers that are still in use. */
function liveBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().arrayBuffers;
}
