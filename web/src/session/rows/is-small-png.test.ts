import assert from "node:assert/strict";
import { test } from "node:test";
import { isSmallPng, pngSize } from "./is-small-png.ts";

function png(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(40);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

test("accepts a PNG by the number of its pixels, and rejects other files", () => {
  assert.equal(isSmallPng(png(1_280, 16_384)), true);
  assert.equal(isSmallPng(png(65_535, 65_535)), false);
  assert.deepEqual([pngSize(png(65_535, 65_535)), pngSize(new Uint8Array(30))], ["large", null]);
  assert.equal(isSmallPng(png(1, 1).subarray(0, 20)), false);
  assert.equal(isSmallPng(new TextEncoder().encode("<svg xmlns='http://www.w3.org/2000/svg'></svg>")), false);
});
