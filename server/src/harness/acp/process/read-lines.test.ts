import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { readLines } from "./read-lines.ts";

async function linesOf(pieces: Iterable<Buffer>, maxBytes = 100) {
  const heads: string[] = [];
  const lines: string[] = [];
  async function* chunks() {
    yield* pieces;
  }
  for await (const line of readLines(chunks(), maxBytes, (head) => void heads.push(head))) lines.push(line);
  return { lines, heads };
}
const bytes = (text: string) => [...Buffer.from(text)].map((byte) => Buffer.from([byte]));

test("returns the same lines regardless of how the input is split", async () => {
  const text = "one\n\nzwei ü\nlast";
  const lines = ["one", "", "zwei ü", "last"];
  assert.deepEqual((await linesOf([Buffer.from(text)])).lines, lines);
  assert.deepEqual((await linesOf(bytes(text))).lines, lines);
});

test("reports the start of a line that is too long, and reads the next line", async () => {
  for (const end of ["\n", ""]) {
    const long = "x".repeat(1_000);
    for (const pieces of [[Buffer.from(`a\n${long}${end}`)], bytes(`a\n${long}${end}`)]) {
      const { lines, heads } = await linesOf(pieces);
      assert.deepEqual(lines, ["a"]);
      assert.equal(heads.length, 1);
      assert.match(heads[0]!, /^x{101,500}$/);
    }
  }
  const { lines, heads } = await linesOf([Buffer.from(`${"x".repeat(150)}\nb\n`), Buffer.from("c\n")]);
  assert.deepEqual([lines, heads.length], [["b", "c"], 1]);
});

test("replaces invalid UTF-8", async () => {
  const { lines } = await linesOf([
    Buffer.from([0x61, 0xff, 0xc3, 0x28, 0x00, 0x0a, 0xed, 0xa0, 0x80, 0x0a]),
  ]);
  assert.equal(lines[0], "a\ufffd\ufffd(\0");
  assert.match(lines[1]!, /^\ufffd+$/);
});

test("uses little memory for a line that arrives byte by byte", async () => {
  const before = held();
  let highest = 0;
  const byte = Buffer.from("x");
  const size = 1024 * 1024;
  async function* dribble() {
    for (let n = 0; n < size; n++) {
      if (n % 65_536 === 0) highest = Math.max(highest, held() - before);
      // Yields a separate buffer for each byte, as a pipe may deliver them.
      yield Buffer.from(byte);
    }
    highest = Math.max(highest, held() - before);
  }
  for await (const line of readLines(dribble(), size, assert.fail)) assert.equal(line.length, size);
  assert.ok(highest < 20_000_000, `memory grew to ${highest} bytes`);
});

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Returns the number of bytes that are still referenced. */
function held(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
