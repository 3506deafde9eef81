import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { hourMs } from "../core/base/index.ts";
import { TurnInterrupt } from "../core/turns/index.ts";
import { openTestStore, someTime, type TestStore } from "../testing/test-store.ts";
import { RunningWork } from "./running-work.ts";
import { StartGate } from "./start-gate.ts";
import { openJobWorker } from "./testing/job-worker.ts";
import { runTurn } from "./turn-workflow.ts";

let t: TestStore;
let worker: Awaited<ReturnType<typeof openJobWorker>>;
before(async () => {
  t = await openTestStore();
  worker = await openJobWorker(t.database.url);
});
after(async () => {
  await worker.close();
  await t.drop();
});

const log = { info() {}, warn() {}, error: () => assert.fail("The worker logs an error.") };

/** Runs a turn whose stop was requested, so that its claim ends it, while another turn has the only place. */
async function runWaiting() {
  const gate = new StartGate({ places: 1, limitMs: hourMs });
  const leave = await gate.enter(new AbortController().signal);
  const running = new RunningWork();
  const turnId = await t.addTurn((await t.addSession()).id);
  await t.store.turns.requestStop(turnId, someTime);
  const done = runTurn({ ports: { ...worker.ports, log }, running, gate }, turnId);
  const status = async () => (await t.store.turns.find(turnId))!.state.status;
  await setImmediate();
  assert.equal(await status(), "queued", "control: the turn waits");
  return { gate, leave, running, turnId, done, status };
}

test("claims a turn once it has a place, and releases the place at the turn's end", async () => {
  const { gate, leave, done, status } = await runWaiting();
  leave();
  await done;
  assert.equal(await status(), "cancelled");
  (await gate.enter(new AbortController().signal))();
});

test("claims a turn that a person stops while it waits", async () => {
  const { leave, running, turnId, done, status } = await runWaiting();
  running.interrupt(turnId, new TurnInterrupt("stopped"));
  await done;
  assert.equal(await status(), "cancelled");
  leave();
});

test("hands back a turn that waits, without claiming it", async () => {
  const { leave, running, status } = await runWaiting();
  await running.handBack(log);
  assert.equal(await status(), "queued");
  leave();
});
