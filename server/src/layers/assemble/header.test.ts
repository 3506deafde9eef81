import assert from "node:assert/strict";
import { test } from "node:test";
import { numberAt } from "./header.ts";

const fieldOf = (bytes: readonly number[]) => Buffer.from(bytes);

test("parses numbers in octal and in base 256", () => {
  assert.equal(numberAt(Buffer.from("0000644\0"), 0, 8), 0o644);
  assert.equal(numberAt(Buffer.from("   644 \0"), 0, 8), 0o644);
  assert.equal(numberAt(Buffer.alloc(8), 0, 8), 0);
  assert.equal(numberAt(fieldOf([0x80, 0, 0, 0, 0, 1, 0, 0]), 0, 8), 65_536);
  assert.equal(numberAt(fieldOf([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), 0, 8), -1);
});

test("rejects numbers that are malformed or too large", () => {
  assert.throws(() => numberAt(Buffer.from("0000649\0"), 0, 8), /invalid/);
  assert.throws(() => numberAt(Buffer.from("-000644\0"), 0, 8), /invalid/);
  assert.throws(() => numberAt(fieldOf([0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), 0, 8), /too large/);
});
