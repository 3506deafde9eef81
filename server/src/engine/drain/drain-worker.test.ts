import assert from "node:assert/strict";
import { test } from "node:test";
import { hourMs } from "../../core/base/index.ts";
import type { Ports } from "../../core/ports.ts";
import { interruptOf } from "../../core/turns/index.ts";
import { onAbort, whenAborted } from "../../runtime/on-abort.ts";
import { RunningWork } from "../running-work.ts";
import { type DrainParts, drainWorker } from "./drain-worker.ts";
import { WorkerDrain } from "./worker-drain.ts";

interface World {
  readonly savesWorkspaces?: boolean;
  /** True if another worker of the machine accepts turns. */
  readonly hasSibling?: boolean;
  /** Returns true if another machine accepts turns. */
  readonly hasOther?: () => boolean;
  /** True if an operator has marked the worker as draining. */
  readonly isMarked?: boolean;
  readonly needsOthers?: boolean;
  readonly limitMs?: number;
  readonly closeSandboxes?: () => Promise<void>;
}

/** Creates a worker that holds the turn `turn`, on a machine with the idle session `idle`. */
function createWorker({
  savesWorkspaces = false,
  hasSibling = false,
  hasOther = () => true,
  isMarked = false,
  needsOthers = false,
  limitMs = 60_000,
  closeSandboxes = async () => {},
}: World = {}) {
  const did: string[] = [];
  const note = (text: string) => async () => void did.push(text);
  const [turns, jobs, builds] = [new RunningWork(), new RunningWork(), new RunningWork()];
  const held = turns.hold("turn");
  const store = {
    transaction: async (work: (tx: unknown) => unknown) =>
      work({ turnPlacements: { lock: async () => {} }, machines: { releaseQueued: note("release") } }),
    machines: {
      drain: note("mark"),
      isDraining: async () => isMarked,
      acceptsTurns: async () => hasSibling,
      othersAcceptTurns: async (_id: string, version: number) => version === 4 && hasOther(),
      listUnsaved: async () => [],
    },
    warmSandboxRecords: { ofWorker: async () => [] },
    savedWorkspaces: {
      listIdle: async (_machine: string, after: string | null) => (after === null ? ["idle"] : []),
      recordUnsaved: async (id: string) => void did.push(`unsaved ${id}`),
      recordOthersUnsaved: async (_machine: string, _which: string, reason: string) => void did.push(reason),
    },
    turns: { latest: () => Promise.reject(new Error("The session cannot be read.")) },
  };
  const parts: DrainParts = {
    ...{ workerId: "worker", version: 4, turns, jobs, builds, limitMs, needsOthers, checkMs: 1 },
    ports: {
      store,
      log: { info() {}, warn() {}, error() {} },
      settings: { machineId: "machine", savesWorkspaces },
    } as unknown as Ports,
    stopClaiming: () => void did.push("stop claiming"),
    closeSandboxes: async () => {
      did.push("close");
      await closeSandboxes();
    },
    requeue: async () => assert.fail("nothing was refused"),
  };
  return { parts, did, held, turns };
}

const never = new AbortController().signal;
const isNote = (did: string) => did.includes("saved");
const nextTick = () => new Promise((resolve) => setImmediate(resolve));

test("claims nothing more, moves queued turns and waits until the running turn ends", async () => {
  const { parts, did, held, turns } = createWorker();
  const drained = drainWorker(parts, never).then(() => did.push("drained"));
  await nextTick();
  assert.deepEqual(did.slice(0, 2), ["mark", "stop claiming"]);
  assert.ok(did.includes("release") && did.includes("close"));
  assert.ok(!did.includes("drained"));
  assert.equal(held.signal.aborted, false);
  assert.equal(turns.hold("late").signal.aborted, true);
  turns.forgetRefused(["late"]);
  held.release();
  turns.hold("late").release();
  turns.forgetRefused(["late"]);
  await drained;
  assert.deepEqual(did.slice(-2), ["The machines share no blob store (TEMBO_BLOBS).", "drained"]);
});

test("hands the running turn back when its time is over", async () => {
  const { parts, held } = createWorker({ limitMs: 0 });
  using _ = onAbort(held.signal, () => held.release());
  await drainWorker(parts, never);
  assert.equal(interruptOf(held.signal)?.kind, "handedBack");
});

test("leaves although files cannot be saved, and records the sessions", async () => {
  const failing = () => Promise.reject(new Error("A sandbox does not stop."));
  for (const closeSandboxes of [undefined, failing]) {
    const { parts, did, held } = createWorker({
      savesWorkspaces: true,
      ...(closeSandboxes && { closeSandboxes }),
    });
    held.release();
    await drainWorker(parts, never);
    assert.ok(did.includes("unsaved idle"));
    assert.deepEqual(did.slice(-2), [
      "The work of its turn could not be saved.",
      "Its files could not be saved before the worker left.",
    ]);
  }
});

test("leaves although the database fails while the unsaved sessions are recorded", async () => {
  const fail = () => Promise.reject(new Error("gone"));
  for (const savesWorkspaces of [true, false]) {
    for (const broken of ["acceptsTurns", "recordOthersUnsaved"] as const) {
      const { parts, held } = createWorker({ savesWorkspaces });
      const { machines, savedWorkspaces } = parts.ports.store;
      Object.assign(broken === "acceptsTurns" ? machines : savedWorkspaces, { [broken]: fail });
      held.release();
      await drainWorker(parts, never);
    }
  }
});

test("hands everything back and saves nothing more if no other machine accepts turns any more", async () => {
  const { parts, did, held } = createWorker({
    ...{ savesWorkspaces: true, needsOthers: true, limitMs: hourMs },
    hasOther: () => false,
  });
  using _ = onAbort(held.signal, () => held.release());
  const closeSandboxes = () => whenAborted(held.signal);
  await drainWorker({ ...parts, closeSandboxes }, never);
  assert.equal(interruptOf(held.signal)?.kind, "handedBack");
  assert.deepEqual(did.filter(isNote), []);
});

test("ends without running work as well if no other machine accepts turns any more", async () => {
  const { parts, did, held } = createWorker({
    ...{ savesWorkspaces: true, needsOthers: true, limitMs: hourMs },
    hasOther: () => false,
  });
  held.release();
  const refused = Promise.withResolvers<void>();
  const handBack = async () => refused.resolve();
  Object.assign(parts.jobs, { handBack });
  await drainWorker({ ...parts, closeSandboxes: () => refused.promise }, never);
  assert.deepEqual(did.filter(isNote), []);
});

test("continues during an operator's drain without other machines, and if they seem lost for a moment", async () => {
  for (const needsOthers of [false, true]) {
    let checks = 0;
    const enough = Promise.withResolvers<void>();
    const hasOther = () => needsOthers && checks % 10 === 0;
    const { parts, held } = createWorker({ needsOthers, hasOther });
    const drain = async () => {
      if (++checks === 40) enough.resolve();
    };
    Object.assign(parts.ports.store.machines, { drain });
    const drained = drainWorker(parts, never);
    await enough.promise;
    assert.equal(held.signal.aborted, false);
    held.release();
    await drained;
  }
});

test("saves nothing while another worker of the machine accepts turns", async () => {
  const { parts, did, held } = createWorker({ savesWorkspaces: true, hasSibling: true });
  held.release();
  await drainWorker(parts, never);
  assert.deepEqual(did.filter(isNote), []);
});

test("an interrupted drain ends without waiting for the turn, and does not count as ended", async () => {
  const { parts, did } = createWorker();
  const drain = new WorkerDrain({ parts, onEnd: () => void did.push("ended") });
  assert.equal(drain.isRunning, false);
  assert.equal(await drain.request(), true);
  assert.equal(drain.isRunning, true);
  await drain.interrupt();
  assert.ok(!did.includes("ended"));
});

test("drains on request only if another machine accepts turns and turns have time to continue", async () => {
  for (const world of [{ hasOther: () => false }, { limitMs: 0 }]) {
    const { parts, did } = createWorker(world);
    const drain = new WorkerDrain({ parts, onEnd: () => {} });
    assert.equal(await drain.request(), false);
    await drain.interrupt();
    assert.deepEqual(did, []);
  }
});

test("drains when an operator has marked the worker, and ends when nothing is left", async () => {
  const { parts, held } = createWorker({ isMarked: true });
  held.release();
  const ended = Promise.withResolvers<void>();
  const drain = new WorkerDrain({ parts, onEnd: ended.resolve });
  await ended.promise;
  await drain.interrupt();
});
