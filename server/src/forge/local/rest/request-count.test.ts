import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestCount } from "./request-count.ts";

test("counts the requests of each key separately, and resets the counts every hour", () => {
  let now = new Date("2026-01-02T03:59:59Z");
  const counts = new RequestCount({ now: () => now }, 2);
  assert.equal(counts.take("1")?.remaining, 1);
  const { used, remaining, reset } = counts.take("1")!;
  assert.deepEqual([used, remaining, reset], [2, 0, Date.parse("2026-01-02T04:00:00Z") / 1000]);
  assert.equal(counts.take("1"), null);
  assert.equal(counts.of("1").used, 2, "does not count a refused request");
  assert.equal(counts.take("2")?.used, 1);
  now = new Date("2026-01-02T04:00:00Z");
  assert.equal(counts.take("1")?.used, 1);
});
