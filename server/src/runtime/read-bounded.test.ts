import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundedBuffer } from "./bounded-buffer.ts";
import { readBounded, readStart, readTail } from "./read-bounded.ts";
import { TailBuffer } from "./tail-buffer.ts";

const tooLong = () => new Error("too long");

/** Stream that counts the chunks read from it and records whether it was closed. */
function streamOf(...chunks: readonly string[]) {
  const seen = { chunks: 0, isClosed: false };
  async function* read() {
    try {
      for (const chunk of chunks) {
        seen.chunks += 1;
        yield Buffer.from(chunk);
      }
    } finally {
      seen.isClosed = true;
    }
  }
  return { source: read(), seen };
}

test("reads a stream up to the limit, and treats a missing body as empty", async () => {
  assert.equal((await readBounded(streamOf("ab", "cd").source, 4, tooLong)).toString(), "abcd");
  assert.equal((await readBounded(new Response("abcd").body, 4, tooLong)).toString(), "abcd");
  assert.equal((await readBounded(null, 4, tooLong)).length, 0);
});

test("rejects a stream that exceeds the limit and leaves the rest unread", async () => {
  const { source, seen } = streamOf("abc", "de", "never read");
  await assert.rejects(readBounded(source, 4, tooLong), /too long/);
  assert.deepEqual(seen, { chunks: 2, isClosed: true });
});

test("reads the start of a stream, even if the stream fails", async () => {
  const { source, seen } = streamOf("abc", "de", "never read");
  const start = new BoundedBuffer(4);
  await readStart(source, start);
  assert.deepEqual([start.toBuffer().toString(), seen.chunks], ["abcd", 2]);
  const breaking = new BoundedBuffer(4);
  async function* broken() {
    yield Buffer.from("ab");
    throw new Error("broke");
  }
  await assert.rejects(readStart(broken(), breaking), /broke/);
  assert.equal(breaking.toBuffer().toString(), "ab");
});

test("keeps the bytes that fit, and reports whether all of them did", () => {
  const buffer = new BoundedBuffer(4);
  assert.deepEqual(
    ["ab", "cde", "f"].map((text) => buffer.add(Buffer.from(text))),
    [true, false, false],
  );
  assert.equal(buffer.toBuffer().toString(), "abcd");
});

test("copies chunks, so that a body sent byte by byte does not retain an object for each byte", () => {
  const chunk = Buffer.from("a");
  const start = new BoundedBuffer(1_000);
  const tail = new TailBuffer(3);
  for (let count = 0; count < 1_000; count++) {
    chunk[0] = 97 + (count % 26);
    start.add(chunk);
    tail.add(chunk);
  }
  chunk.fill("-");
  const expected = "abcdefghijklmnopqrstuvwxyz".repeat(39).slice(0, 1_000);
  assert.equal(start.toBuffer().toString(), expected);
  assert.equal(tail.toText(), expected.slice(-3));
});

test("returns an empty tail for a limit of 0", () => {
  const tail = new TailBuffer(0);
  tail.add(Buffer.from("ab"));
  assert.equal(tail.toText(), "");
});

test("reads the end of a stream, starting at a whole character", async () => {
  const tail = (maxBytes: number, ...chunks: string[]) => readTail(streamOf(...chunks).source, { maxBytes });
  assert.equal(await tail(3, "aaa", "🐘"), "");
  assert.equal(await tail(4, "aaa", "🐘"), "🐘");
  assert.equal(await tail(4, "aaa", "🐘", "b"), "b");
  assert.equal(await tail(5, "🐘ab"), "ab");
  assert.equal(await tail(6, "🐘ab"), "🐘ab");
  assert.equal(await tail(2, "a", "b", "c"), "bc");
  assert.equal(await tail(10, "abc"), "abc");
  assert.equal(await tail(10), "");
  assert.equal(await readTail(null, { maxBytes: 10 }), "");
});

test("starts at a whole character even if the sender split one", async () => {
  async function* cut() {
    yield Buffer.from("🐘b").subarray(1);
  }
  assert.equal(await readTail(cut(), { maxBytes: 10 }), "b");
});

test("stops reading a long stream at the limit, and returns the text so far or throws the caller's error", async () => {
  const limits = { maxBytes: 3, maxReadBytes: 4 };
  const ending = streamOf("abc", "de", "never read");
  assert.equal(await readTail(ending.source, limits), "cde");
  assert.deepEqual(ending.seen, { chunks: 2, isClosed: true });
  await assert.rejects(readTail(streamOf("abc", "de").source, { ...limits, tooLong }), /too long/);
});
