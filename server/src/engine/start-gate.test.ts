import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { StartGate } from "./start-gate.ts";

const hourMs = 3_600_000;

/** Enters the gate with each name. Returns the names that have entered so far, and their releases. */
function enterAll(gate: StartGate, names: readonly string[]) {
  const entered = new Map<string, () => void>();
  const all = Promise.all(names.map(async (name) => entered.set(name, await gate.enter())));
  return { entered, all, names: () => [...entered.keys()] };
}

test("lets turns start in order of arrival, as many at a time as there are places", async () => {
  const { entered, all, names } = enterAll(new StartGate({ places: 2, limitMs: hourMs }), [
    "a",
    "b",
    "c",
    "d",
  ]);
  await setImmediate();
  assert.deepEqual(names(), ["a", "b"]);
  const leaveB = entered.get("b")!;
  leaveB();
  // A second call must not free a second place.
  leaveB();
  await setImmediate();
  assert.deepEqual(names(), ["a", "b", "c"]);
  entered.get("a")!();
  await all;
  assert.deepEqual(names(), ["a", "b", "c", "d"]);
  for (const leave of entered.values()) leave();
});

test("gives the place of a turn that starts slowly to the next one, and only once", async () => {
  const { entered, all, names } = enterAll(new StartGate({ places: 1, limitMs: 1 }), ["slow", "next"]);
  await all;
  const patient = new StartGate({ places: 1, limitMs: hourMs });
  const control = enterAll(patient, ["slow", "next"]);
  await setImmediate();
  assert.deepEqual(control.names(), ["slow"], "control: without the limit, the next turn waits");
  control.entered.get("slow")!();
  await control.all;
  control.entered.get("next")!();
  assert.deepEqual(names(), ["slow", "next"]);
  for (const leave of entered.values()) leave();
});
