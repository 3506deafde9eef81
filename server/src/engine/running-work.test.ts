import assert from "node:assert/strict";
import { test } from "node:test";
import { interruptOf } from "../core/turns/index.ts";
import { orLeaveOpen } from "./retry-while-held.ts";
import { RunningWork } from "./running-work.ts";

const silent = { info() {}, warn() {}, error() {} };

test("interrupts held work on shutdown, and waits until it is released", async () => {
  const running = new RunningWork();
  const held = running.hold("a");
  const ends: string[] = [];
  const handedBack = running.handBack(silent).then(() => ends.push("handed back"));
  assert.equal(interruptOf(held.signal)?.kind, "handedBack");
  await new Promise((resolve) => setImmediate(resolve));
  ends.push("released");
  held.release();
  await handedBack;
  assert.deepEqual(ends, ["released", "handed back"]);
  assert.deepEqual(running.ids(), []);
});

test("releases failed work so that the shutdown does not wait for it", async () => {
  const running = new RunningWork();
  const work = async () => {
    using _held = running.hold("a");
    throw new Error("the database rejected it");
  };
  await assert.rejects(work(), /rejected it/);
  assert.deepEqual(running.ids(), []);
  await running.handBack(silent);
});

test("interrupts work that starts during the shutdown immediately", async () => {
  const running = new RunningWork();
  await running.handBack(silent);
  assert.equal(interruptOf(running.hold("late").signal)?.kind, "handedBack");
});

test("hands back only new work after it refuses work, and remembers it", () => {
  const running = new RunningWork();
  const held = running.hold("before");
  running.refuse();
  assert.equal(interruptOf(running.hold("late").signal)?.kind, "handedBack");
  assert.equal(held.signal.aborted, false);
  assert.deepEqual(running.refused(), ["late"]);
  running.forgetRefused(["late"]);
  assert.deepEqual(running.refused(), []);
});

test("logs work that does not end and stops waiting for it", async () => {
  const running = new RunningWork();
  const logged: unknown[] = [];
  running.hold("stuck");
  running.hold("fine").release();
  await running.handBack({ ...silent, error: (fields) => void logged.push(fields) }, 10);
  assert.deepEqual(logged, [{ ids: ["stuck"], kind: "handedBack" }]);
});

test("leaves work open if it fails during the shutdown, and does not wait for it", async () => {
  const running = new RunningWork();
  const held = running.hold("a");
  const logged: string[] = [];
  const ports = { log: { ...silent, error: (_: object, message: string) => void logged.push(message) } };
  let isEnded = false;
  const broken = async () => {
    throw new Error("write EPIPE");
  };
  void orLeaveOpen(ports, held, broken).finally(() => {
    isEnded = true;
  });
  await running.handBack(silent);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([isEnded, running.ids(), logged.length], [false, [], 1]);
  await orLeaveOpen(ports, running.hold("b"), async () => {});
});
