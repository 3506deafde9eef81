import assert from "node:assert/strict";
import { test } from "node:test";
import { readPngSize } from "./png-size.ts";

test("reads the size that a PNG states, and rejects other files", () => {
  const png = Buffer.from("89504e470d0a1a0a0000000d494844520000050000000320", "hex");
  assert.deepEqual(readPngSize(png), { width: 1280, height: 800 });
  assert.equal(readPngSize(png.subarray(0, 23)), null);
  assert.equal(readPngSize(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'></svg>")), null);
});
