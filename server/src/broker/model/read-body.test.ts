import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { PassThrough, Readable } from "node:stream";
import { test } from "node:test";
import { ByteBudget } from "../../runtime/byte-budget.ts";
import { type BodyMemory, readBody } from "./read-body.ts";

const memoryOf = (): BodyMemory => ({ maxRequestBytes: 10, total: new ByteBudget(15) });
const asRequest = (body: Readable) => Object.assign(body, { headers: {} }) as unknown as IncomingMessage;
const read = (memory: BodyMemory, ...chunks: string[]) =>
  readBody(asRequest(Readable.from(chunks.map((chunk) => Buffer.from(chunk)))), memory);

test("reserves memory for a body until it is released, and releases it only once", async () => {
  const memory = memoryOf();
  const body = await read(memory, "12345", "67890");
  assert.ok("bytes" in body);
  assert.equal(body.bytes.toString(), "1234567890");
  assert.equal(memory.total.leftBytes, 5);
  body.release();
  body.release();
  assert.equal(memory.total.leftBytes, 15);
});

test("rejects a body that is too large and releases its memory", async () => {
  const memory = memoryOf();
  const body = await read(memory, "12345", "67890", "1");
  assert.equal("refusal" in body && body.refusal.kind, "tooLarge");
  assert.equal(memory.total.leftBytes, 15);
});

test("rejects a body while earlier bodies use up the memory, until one of them is released", async () => {
  const memory = memoryOf();
  const first = await read(memory, "1234567890");
  const second = await read(memory, "123456");
  assert.equal("refusal" in second && second.refusal.kind, "tooMany");
  assert.equal(memory.total.leftBytes, 5);
  assert.ok("bytes" in first);
  first.release();
  assert.ok("bytes" in (await read(memory, "123456")), "control");
});

test("releases the memory of a body when its client disconnects", async () => {
  const memory = memoryOf();
  const broken = new PassThrough();
  const body = readBody(asRequest(broken), memory);
  broken.write("12345");
  setImmediate(() => broken.destroy(new Error("gone")));
  await assert.rejects(body, /gone/);
  assert.equal(memory.total.leftBytes, 15);
});
