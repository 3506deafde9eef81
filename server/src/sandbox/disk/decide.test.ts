import assert from "node:assert/strict";
import { test } from "node:test";
import {
  boundsFrom,
  countUnchanged,
  hiddenVerdict,
  spaceVerdict,
  usageVerdict,
  whenToMeasure,
} from "./decide.ts";

const gib = 1024 ** 3;
const limits = { diskBytes: 20 * gib, files: 1_000 };
const usage = (bytes: number, files = 10, isPartial = false) => ({ bytes, files, isPartial });

test("applies the limit to a sandbox that starts below the limit", () => {
  assert.deepEqual(boundsFrom(limits, usage(20 * gib, 1_000)), limits);
});

test("lets a sandbox that starts above the limit run to delete files, and grow slightly", () => {
  const bounds = boundsFrom(limits, usage(21 * gib, 10));
  assert.deepEqual(bounds, { diskBytes: 21 * gib + 64 * 1024 ** 2, files: 1_000 });
  assert.equal(usageVerdict(usage(21 * gib), bounds, limits), null);
  assert.match(usageVerdict(usage(22 * gib), bounds, limits) ?? "", /20 GB.*they use 22 GB/);
});

test("does not allow a sandbox to start far above the limit", () => {
  const first = usage(31 * gib);
  assert.notEqual(usageVerdict(first, boundsFrom(limits, first), limits), null);
});

test("reports the limit, the current usage and the setting", () => {
  assert.equal(
    usageVerdict(usage(20.3 * gib, 10, true), limits, limits),
    "The disk limit of 20 GB for the session's files is reached: they use more than 20.3 GB. Delete files that are not needed, or raise TEMBO_SANDBOX_DISK_GB.",
  );
  assert.match(
    usageVerdict(usage(0, 1_001), limits, limits) ?? "",
    /limit of 1,000 files.*TEMBO_SANDBOX_MAX_FILES/,
  );
  assert.equal(usageVerdict(usage(20 * gib, 1_000), limits, limits), null);
});

test("reports a disk as nearly full below 1 GiB, or below 2% of a small disk", () => {
  const space = (totalBytes: number, freeBytes: number) => [
    { totalBytes, freeBytes, totalFiles: 0, freeFiles: 0 },
  ];
  assert.equal(spaceVerdict(space(1_000 * gib, gib)), null);
  assert.match(spaceVerdict(space(1_000 * gib, gib - 1)) ?? "", /nearly full: 1 GB of 1,000 GB/);
  assert.equal(spaceVerdict(space(gib, gib / 10)), null);
  assert.match(spaceVerdict(space(gib, gib / 100)) ?? "", /nearly full/);
  assert.match(spaceVerdict(space(1_000 * gib, 10 * gib), 11 * gib) ?? "", /nearly full/);
});

test("reports a disk that is nearly out of inodes as full, unless the file system does not count inodes", () => {
  const system = { totalBytes: gib, freeBytes: gib, totalFiles: 100_000, freeFiles: 100 };
  assert.match(spaceVerdict([system]) ?? "", /almost no free inodes: 100 of 100000/);
  assert.equal(spaceVerdict([{ ...system, totalFiles: 0, freeFiles: 0 }]), null);
});

test("measures sooner once half of the remaining disk space is used, but always after a pause", () => {
  const system = { totalBytes: 100 * gib, freeBytes: 50 * gib, totalFiles: 0, freeFiles: 0 };
  const last = {
    usage: usage(10 * gib),
    bounds: limits,
    inFlight: 0,
    unchanged: 0,
    space: [system],
    endedAtMs: 1_000,
    tookMs: 200,
  };
  const lost = (bytes: number) => [{ ...system, freeBytes: system.freeBytes - bytes }];
  assert.equal(whenToMeasure(last, lost(4 * gib), 10_000), 11_000);
  assert.equal(whenToMeasure(last, lost(5 * gib), 10_000), 1_200);
  assert.equal(whenToMeasure({ ...last, tookMs: 3_000 }, lost(0), 10_000), 31_000);
});

test("measures a sandbox less often while its usage does not change, unless the disk loses space", () => {
  const system = { totalBytes: 100 * gib, freeBytes: 50 * gib, totalFiles: 0, freeFiles: 0 };
  const after = (unchanged: number) => ({
    usage: usage(10 * gib),
    bounds: limits,
    inFlight: 0,
    unchanged,
    space: [system],
    endedAtMs: 0,
    tookMs: 200,
  });
  const intervals = [0, 1, 2, 3, 9].map((unchanged) => whenToMeasure(after(unchanged), [system], 10_000));
  assert.deepEqual(intervals, [10_000, 20_000, 40_000, 60_000, 60_000]);
  assert.equal(whenToMeasure(after(9), [{ ...system, freeBytes: 45 * gib }], 10_000), 200);
  assert.equal(countUnchanged(null, usage(10 * gib)), 0);
  assert.equal(countUnchanged(after(3), usage(10 * gib)), 4);
  assert.equal(countUnchanged(after(3), usage(10 * gib, 11)), 0);
  assert.equal(countUnchanged(after(3), usage(10 * gib + 1)), 0);
});

test("reports files in transit if they persist and the disk lost more than the sandbox had left", () => {
  const system = { totalBytes: 100 * gib, freeBytes: 50 * gib, totalFiles: 0, freeFiles: 0 };
  const measured = (inFlight: number, lostBytes: number) => ({
    usage: usage(5 * gib),
    bounds: limits,
    inFlight,
    unchanged: 0,
    space: [{ ...system, freeBytes: system.freeBytes - lostBytes }],
    endedAtMs: 0,
    tookMs: 0,
  });
  const verdict = (before: number, now: number, lostBytes: number) =>
    hiddenVerdict([system], measured(before, 0), measured(now, lostBytes));
  assert.match(verdict(1, 3, 16 * gib) ?? "", /3 open files are in transit .* the disk lost 16 GB/);
  assert.equal(verdict(1, 3, 15 * gib), null, "visible writes can explain the loss");
  assert.equal(verdict(0, 3, 16 * gib), null, "the files may be received soon");
  assert.equal(verdict(3, 0, 16 * gib), null);
  assert.equal(hiddenVerdict([system], null, measured(3, 16 * gib)), null);
});
