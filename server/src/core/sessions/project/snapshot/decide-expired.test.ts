import assert from "node:assert/strict";
import { test } from "node:test";
import { dayMs } from "../../../base/index.ts";
import { decideExpired } from "./expire-snapshots.ts";
import type { SnapshotCandidate } from "./snapshot-store.ts";

const now = new Date("2026-02-01T00:00:00Z");
const aSnapshot = (
  id: string,
  ageDays: number,
  change: Partial<SnapshotCandidate> = {},
): SnapshotCandidate => ({
  id,
  projectId: "p",
  builtAt: new Date(now.getTime() - ageDays * dayMs),
  isPinned: false,
  isBroken: false,
  isInUse: false,
  isProjectArchived: false,
  ...change,
});

test("keeps the newest three, and deletes older ones after seven days", () => {
  const snapshots = [8, 9, 10, 11, 12].map((age) => aSnapshot(`s${age}`, age));
  assert.deepEqual(decideExpired(snapshots, now), ["s11", "s12"]);
  const young = [1, 2, 3, 4, 5].map((age) => aSnapshot(`s${age}`, age));
  assert.deepEqual(decideExpired(young, now), []);
});

test("keeps snapshots that are pinned or in use, whatever their age", () => {
  const newest = [1, 2, 3].map((age) => aSnapshot(`s${age}`, age));
  const old = [
    aSnapshot("pinned", 90, { isPinned: true }),
    aSnapshot("used", 90, { isInUse: true }),
    aSnapshot("unused", 90),
  ];
  assert.deepEqual(decideExpired([...newest, ...old], now), ["unused"]);
});

test("does not count broken snapshots among the newest three", () => {
  const snapshots = [
    aSnapshot("broken", 8, { isBroken: true }),
    ...[9, 10, 11].map((age) => aSnapshot(`s${age}`, age)),
  ];
  assert.deepEqual(decideExpired(snapshots, now), ["broken"]);
});

test("keeps no unused snapshots of an archived project, and counts each project separately", () => {
  const snapshots = [
    aSnapshot("archived", 8, { isProjectArchived: true }),
    aSnapshot("pinned", 8, { isProjectArchived: true, isPinned: true }),
    aSnapshot("used", 8, { isProjectArchived: true, isInUse: true }),
    ...[9, 10, 11].map((age) => aSnapshot(`p${age}`, age)),
    ...[9, 10, 11].map((age) => aSnapshot(`q${age}`, age, { projectId: "q" })),
  ];
  assert.deepEqual(decideExpired(snapshots, now), ["archived", "pinned"]);
});
