import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPax, parsePax } from "./pax.ts";

test("formats records whose length includes its own digits", () => {
  for (const size of [1, 4, 5, 6, 90, 91, 92, 93, 94, 990, 991, 992, 9_988]) {
    const records = [["name", "v".repeat(size)]] as const;
    const data = formatPax(records);
    assert.equal(Number.parseInt(data.toString("latin1"), 10), data.length);
    assert.deepEqual(parsePax(data), records);
  }
});

test("rejects malformed records", () => {
  const malformed = [
    "5 a=b",
    "6 a=b\n\n",
    "99 a=b\n",
    "x a=b\n",
    "0 a=b\n",
    "-6 a=b\n",
    "6a=b\n",
    "5 ab\n",
    "6 a=bX",
  ];
  for (const text of malformed)
    assert.throws(() => parsePax(Buffer.from(text)), /malformed/, JSON.stringify(text));
  assert.deepEqual(parsePax(Buffer.from("6 a=b\n")), [["a", "b"]], "control");
});
