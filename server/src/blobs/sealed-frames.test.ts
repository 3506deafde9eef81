import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { newId } from "../core/base/index.ts";
import { frameBytes, openFrames, sealedBytes, sealFrames } from "./sealed-frames.ts";

const key = randomBytes(32);
const place = { id: newId(), organizationId: newId(), kind: "workspace" as const };
const sealedFrame = frameBytes + 16;

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const seal = (plain: Buffer, under = key) => buffer(sealFrames(under, place, pieces(plain, 300_001)));
const open = (sealed: Buffer, sizeBytes: number, from = place) =>
  buffer(openFrames(key, { ...from, sizeBytes }, pieces(sealed, 77_777)));

for (const size of [0, 1, frameBytes - 1, frameBytes, frameBytes + 1, 3 * frameBytes]) {
  test(`restores ${size} bytes`, async () => {
    const plain = randomBytes(size);
    const sealed = await seal(plain);
    assert.equal(sealed.length, sealedBytes(size));
    assert.ok(size < 100 || !sealed.includes(plain.subarray(0, 100)));
    assert.deepEqual(await open(sealed, size), plain);
  });
}

const plain = randomBytes(2 * frameBytes + 10);
const size = plain.length;
const sealed = await seal(plain);
const frame = (number: number) => sealed.subarray(number * sealedFrame, (number + 1) * sealedFrame);
const flipped = (at: number) => {
  const copy = Buffer.from(sealed);
  copy[at]! ^= 1;
  return copy;
};

const changes: readonly (readonly [string, Buffer, number?])[] = [
  ["a flipped byte in the first frame", flipped(0)],
  ["a flipped byte in the last frame", flipped(sealed.length - 17)],
  ["a flipped byte in a tag", flipped(sealedFrame - 1)],
  ["a dropped frame", Buffer.concat([frame(0), frame(2)])],
  ["a dropped frame, with a matching size", Buffer.concat([frame(0), frame(2)]), frameBytes + 10],
  ["reordered frames", Buffer.concat([frame(1), frame(0), frame(2)])],
  ["a repeated frame", Buffer.concat([frame(0), frame(0), frame(2)])],
  ["an added frame", Buffer.concat([frame(0), frame(1), frame(1), frame(2)]), size + frameBytes],
  ["a missing last frame", Buffer.concat([frame(0), frame(1)])],
  ["a missing last frame, with a matching size", Buffer.concat([frame(0), frame(1)]), 2 * frameBytes],
  ["a missing last byte", sealed.subarray(0, -1)],
  ["an added byte", Buffer.concat([sealed, Buffer.alloc(1)])],
  ["no bytes", Buffer.alloc(0)],
];

for (const [name, changed, sizeBytes = size] of changes) {
  test(`rejects an object with ${name}`, async () => {
    await assert.rejects(open(changed, sizeBytes), {
      code: "internal",
      message: /changed or are incomplete/,
    });
  });
}

test("opens an object only for its own blob and organization", async () => {
  assert.deepEqual(await open(sealed, size), plain, "control");
  for (const other of [{ id: newId() }, { organizationId: newId() }])
    await assert.rejects(open(sealed, size, { ...place, ...other }), { code: "internal" });
});

test("returns the verified frames before a changed one, and no byte of it", async () => {
  const changed = flipped(sealedFrame + 5);
  const received: Buffer[] = [];
  await assert.rejects(async () => {
    for await (const bytes of openFrames(key, { ...place, sizeBytes: size }, pieces(changed, 50_000)))
      received.push(bytes);
  });
  assert.deepEqual(Buffer.concat(received), plain.subarray(0, frameBytes));
});
