import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { StartGate } from "./start-gate.ts";

const hourMs = 3_600_000;

/** Enters the gate with each name. Returns the names that have entered so far, and their releases. */
function enterAll(gate: StartGate, names: readonly string[], signal = new AbortController().signal) {
  const entered = new Map<string, () => void>();
  const all = Promise.all(names.map(async (name) => entered.set(name, await gate.enter(signal))));
  return { entered, all, names: () => [...entered.keys()], leave: (name: string) => entered.get(name)!() };
}

test("lets turns start in order of arrival, as many at a time as there are places", async () => {
  const gate = new StartGate({ places: 2, limitMs: hourMs });
  const { all, names, leave } = enterAll(gate, ["a", "b", "c", "d"]);
  await setImmediate();
  assert.deepEqual(names(), ["a", "b"]);
  leave("b");
  // A second call must not release a second place.
  leave("b");
  await setImmediate();
  assert.deepEqual(names(), ["a", "b", "c"]);
  leave("a");
  await all;
  assert.deepEqual(names(), ["a", "b", "c", "d"]);
  for (const name of ["c", "d"]) leave(name);
});

test("releases the place of a turn that starts slowly, and only once", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { names, leave } = enterAll(new StartGate({ places: 1, limitMs: 500 }), ["slow", "b", "c"]);
  await setImmediate();
  context.mock.timers.tick(499);
  await setImmediate();
  assert.deepEqual(names(), ["slow"], "control: before the limit, the next turn waits");
  context.mock.timers.tick(1);
  await setImmediate();
  assert.deepEqual(names(), ["slow", "b"]);
  leave("slow");
  await setImmediate();
  assert.deepEqual(names(), ["slow", "b"], "the place was already released");
  leave("b");
  await setImmediate();
  assert.deepEqual(names(), ["slow", "b", "c"]);
  leave("c");
});

test("lets an interrupted turn pass without a place", async () => {
  const gate = new StartGate({ places: 1, limitMs: hourMs });
  const first = enterAll(gate, ["a"]);
  await first.all;
  const stop = new AbortController();
  const stopped = enterAll(gate, ["b"], stop.signal);
  const last = enterAll(gate, ["c"]);
  await setImmediate();
  assert.deepEqual(stopped.names(), [], "control: it waits");
  stop.abort(new Error("The worker stops."));
  await stopped.all;
  stopped.leave("b");
  await setImmediate();
  assert.deepEqual(last.names(), [], "it had no place to release");
  first.leave("a");
  await last.all;
  last.leave("c");
});
