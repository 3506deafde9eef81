import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { zstd } from "./zstd.ts";

async function* chunks(...parts: readonly (Buffer | Error)[]) {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield part;
  }
}

test("restores compressed bytes", async () => {
  const plain = Buffer.alloc(1_000_000, "source ");
  const small = await buffer(zstd.compress(chunks(plain.subarray(0, 300_000), plain.subarray(300_000))));
  assert.ok(small.length < plain.length / 100);
  assert.deepEqual(await buffer(zstd.decompress(chunks(small))), plain);
  assert.equal((await buffer(zstd.decompress(zstd.compress(chunks())))).length, 0);
});

test("rejects damaged and incomplete bytes, and rethrows the source's error", async () => {
  const small = await buffer(zstd.compress(chunks(Buffer.alloc(100_000, "a"))));
  await assert.rejects(buffer(zstd.decompress(chunks(small.subarray(0, small.length - 3)))));
  await assert.rejects(buffer(zstd.decompress(chunks(Buffer.from("no archive")))));
  const broken = new Error("The store broke.");
  await assert.rejects(buffer(zstd.compress(chunks(Buffer.from("a"), broken))), broken);
  await assert.rejects(buffer(zstd.decompress(chunks(small.subarray(0, 5), broken))), broken);
});
