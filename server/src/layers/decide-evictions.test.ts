import assert from "node:assert/strict";
import { test } from "node:test";
import { decideEvictions, type StoredLayer } from "./decide-evictions.ts";

const layer = (
  name: string,
  bytes: number,
  lastUseMs: number,
  more: Partial<StoredLayer> = {},
): StoredLayer => ({
  digest: `sha256:${name}`,
  bytes,
  lastUseMs,
  isInUse: false,
  isBroken: false,
  ...more,
});

test("selects the least recently used layers until the rest is within the limit", () => {
  const layers = [layer("new", 4, 3), layer("old", 4, 1), layer("middle", 4, 2)];
  assert.deepEqual(decideEvictions(layers, 12), []);
  assert.deepEqual(decideEvictions(layers, 11), ["sha256:old"]);
  assert.deepEqual(decideEvictions(layers, 4), ["sha256:old", "sha256:middle"]);
});

test("never selects a layer in use, even if the rest exceeds the limit", () => {
  const layers = [layer("used", 10, 1, { isInUse: true }), layer("idle", 1, 2)];
  assert.deepEqual(decideEvictions(layers, 5), ["sha256:idle"]);
});

test("selects broken layers that are not in use, even within the limit", () => {
  const layers = [
    layer("good", 1, 1),
    layer("broken", 1, 9, { isBroken: true }),
    layer("used", 1, 9, { isBroken: true, isInUse: true }),
  ];
  assert.deepEqual(decideEvictions(layers, 100), ["sha256:broken"]);
});
