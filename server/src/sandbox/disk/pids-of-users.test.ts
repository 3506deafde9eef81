import assert from "node:assert/strict";
import { test } from "node:test";
import { pidsOfUsers, shareScan } from "./pids-of-users.ts";

test("finds the processes of a user, and of a range of users", () => {
  const uid = process.getuid!();
  assert.ok(pidsOfUsers(uid).includes(process.pid));
  assert.ok(pidsOfUsers(0, uid + 1).includes(process.pid));
  assert.ok(!pidsOfUsers(uid + 1, 10).includes(process.pid));
});

test("scans the processes once for all sandboxes until the scan is too old", () => {
  let scans = 0;
  let nowMs = 0;
  const scan = () => {
    scans += 1;
    return new Map([
      [10, 700],
      [11, 701],
      [12, 700],
    ]);
  };
  const find = shareScan(1_000, { scan, nowMs: () => nowMs });
  assert.deepEqual([find(700), find(701), find(700, 2), find(702)], [[10, 12], [11], [10, 11, 12], []]);
  nowMs = 1_000;
  find(700);
  assert.equal(scans, 1);
  nowMs = 1_001;
  find(700);
  assert.equal(scans, 2, "control");
});
