import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { watchStopSignals } from "./stop-signal.ts";

function watch() {
  const source = new EventEmitter();
  const stopped: string[] = [];
  let nowMs = 0;
  const signals = watchStopSignals(
    (signal) => void stopped.push(signal),
    source as unknown as NodeJS.Process,
    () => nowMs,
  );
  const send = (signal: string, atMs: number) => {
    nowMs = atMs;
    source.emit(signal, signal);
  };
  return { signals, stopped, send };
}

test("passes each signal to the next wait, and stops immediately if nothing waits", async () => {
  const { signals, stopped, send } = watch();
  const first = signals.next();
  send("SIGTERM", 0);
  assert.equal(await first, "SIGTERM");
  const second = signals.next();
  send("SIGINT", 3_000);
  assert.equal(await second, "SIGINT");
  assert.deepEqual(stopped, []);
  send("SIGTERM", 6_000);
  assert.deepEqual(stopped, ["SIGTERM"]);
});

test("stops immediately on a signal after a wait was given up", () => {
  const { signals, stopped, send } = watch();
  const until = new AbortController();
  void signals.next(until.signal);
  until.abort();
  send("SIGTERM", 0);
  assert.deepEqual(stopped, ["SIGTERM"]);
});

test("ignores a repeated signal for two seconds", async () => {
  const { signals, stopped, send } = watch();
  const first = signals.next();
  send("SIGINT", 0);
  await first;
  send("SIGINT", 2_000);
  assert.deepEqual(stopped, []);
});
