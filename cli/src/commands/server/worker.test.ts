import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCodes } from "../../exit-codes.ts";
import { runTembo } from "../../program.ts";
import { createRecordingTerminal } from "../../testing/recording-terminal.ts";
import { linuxMachine } from "../../testing/test-world.ts";
import type { ListedMachine, LocalServer } from "./local-server.ts";
import { waitUntilDrained } from "./wait-until-drained.ts";

const machine = (change: Partial<ListedMachine> = {}): ListedMachine => ({
  id: "m1",
  host: "one",
  workers: [{ id: "w1", isDraining: true }],
  turns: 0,
  turnLimit: 4,
  unsavedSessions: 0,
  ...change,
});

async function run(args: readonly string[], server: Partial<LocalServer>) {
  const terminal = createRecordingTerminal();
  const status = await runTembo(args, {
    env: {},
    terminal,
    machine: linuxMachine,
    loadLocalServer: async () => server as LocalServer,
    loadDoctor: () => Promise.reject(new Error("not loaded")),
  });
  return { status, terminal };
}

test("worker list shows the state of each machine", async () => {
  const idle = { id: "w2", isDraining: false };
  const listMachines = async () => [
    machine({ turns: 1, unsavedSessions: 2 }),
    machine({ id: "m2", host: "two", workers: [idle] }),
    machine({ id: "m3", host: "three", workers: [idle, { id: "w3", isDraining: true }] }),
  ];
  const { terminal } = await run(["worker", "list"], { listMachines });
  assert.deepEqual(terminal.lines, [
    "m1\tone\tdraining\t1\t1/4\t2",
    "m2\ttwo\trunning\t1\t0/4\t0",
    "m3\tthree\t1 draining\t2\t0/4\t0",
  ]);
});

/** Runs `worker drain` on a server without further workers. Returns the chosen targets as well. */
async function drain(
  args: readonly string[],
  unsaved: readonly { readonly sessionId: string; readonly reason: string }[] = [],
) {
  const targets: unknown[] = [];
  const result = await run(["worker", "drain", ...args], {
    drainWorkers: async (_env, target) => {
      targets.push(target);
      return { machineId: "m1", workerIds: ["w1"] };
    },
    listMachines: async () => [],
    listUnsavedSessions: async () => unsaved,
  });
  return { ...result, targets };
}

test("worker drain drains this machine, or the machine or worker that an option names", async () => {
  const own = await drain([]);
  assert.deepEqual([own.status, own.targets], [0, [{}]]);
  assert.deepEqual(own.terminal.lines, ["Draining 1 worker on machine m1."]);
  assert.deepEqual((await drain(["--machine", "m1"])).targets, [{ machineId: "m1" }]);
  assert.deepEqual((await drain(["--worker", "w1"])).targets, [{ workerId: "w1" }]);
  const both = await drain(["--machine", "m1", "--worker", "w1"]);
  assert.deepEqual([both.status, both.targets], [exitCodes.usage.code, []]);
});

test("worker drain --wait fails if files of sessions remain only on the machine, and names them", async () => {
  const complete = await drain(["--wait"]);
  assert.deepEqual([complete.status, complete.terminal.lines], [0, ["Machine m1 is drained."]]);
  const partial = await drain(["--wait"], [{ sessionId: "s1", reason: "The store is gone." }]);
  assert.equal(partial.status, 1);
  assert.equal(partial.terminal.lines.at(-1), "Session s1 was not saved: The store is gone.");
});

test("shows what a drain waits for, and stops waiting at the limit", async () => {
  const terminal = createRecordingTerminal();
  const lists = [machine({ turns: 1, unsavedSessions: 2 }), machine({ turns: 1 }), machine({ turns: 1 })];
  const drained = { machineId: "m1", workerIds: ["w1"] };
  const listMachines = async () => lists.splice(0, 1);
  await waitUntilDrained({ env: {}, terminal }, { listMachines }, drained, { limitMs: 60_000, everyMs: 1 });
  assert.deepEqual(terminal.progressTexts, [
    "waiting for 1 worker, 1 turn, 2 sessions with unsaved files",
    "waiting for 1 worker, 1 turn",
  ]);
  const late = waitUntilDrained({ env: {}, terminal }, { listMachines: async () => [machine()] }, drained, {
    limitMs: 0,
    everyMs: 1,
  });
  await assert.rejects(late, /m1 is still draining: waiting for 1 worker\./);
});
