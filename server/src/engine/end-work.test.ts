import assert from "node:assert/strict";
import { test } from "node:test";
import { stubWarmSandboxes } from "../testing/stub-warm-sandboxes.ts";
import { endWork } from "./end-work.ts";
import { RunningWork } from "./running-work.ts";

const log = { info() {}, warn() {}, error() {} };

for (const how of ["handBack", "abandon"] as const) {
  test(`terminates the programs of turns that do not end in time (${how})`, async () => {
    const [turns, jobs] = [new RunningWork(), new RunningWork()];
    const stuck = turns.hold("stuck");
    let isEnded = false;
    const endUsed = async () => {
      assert.equal(stuck.signal.aborted, true);
      isEnded = true;
    };
    const impatient = { handBack: () => turns.handBack(log, 1), abandon: () => turns.abandon(log, 1) };
    const warmSandboxes = { ...stubWarmSandboxes(null), endUsed };
    await endWork({ ports: { warmSandboxes, log }, running: [impatient, jobs] }, how);
    assert.equal(isEnded, true);
    assert.deepEqual(turns.ids(), ["stuck"]);
  });
}
