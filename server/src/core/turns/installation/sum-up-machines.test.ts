import assert from "node:assert/strict";
import { test } from "node:test";
import type { InstallationProcess } from "./installation-store.ts";
import { sumUpMachines } from "./sum-up-machines.ts";

const aProcess = (change: Partial<InstallationProcess>): InstallationProcess => ({
  id: "p",
  host: "alpha",
  machineId: "m1",
  roles: ["worker"],
  state: "running",
  version: "1.2.3",
  newestMigration: null,
  freeDiskBytes: null,
  heartbeatAt: new Date(0),
  worker: { turnLimit: 2, memoryBytes: 8, labels: ["gpu"] },
  ...change,
});

test("sums up the places of running workers, and the turns of all organizations", () => {
  const processes = [
    aProcess({}),
    aProcess({ worker: { turnLimit: 3, memoryBytes: 9, labels: ["arm", "gpu"] } }),
    aProcess({ state: "draining", freeDiskBytes: 4, heartbeatAt: new Date(2) }),
    aProcess({ freeDiskBytes: 7, heartbeatAt: new Date(1) }),
  ];
  const reserved = [
    { machineId: "m1", turns: 1, bytes: 2 },
    { machineId: "m1", turns: 2, bytes: 3 },
    { machineId: "m2", turns: 4, bytes: 5 },
  ];
  assert.deepEqual(sumUpMachines(processes, reserved), [
    {
      ...{ id: "m1", host: "alpha", labels: ["arm", "gpu"], turns: 3, turnLimit: 7 },
      ...{ memoryBytes: 9, reservedMemoryBytes: 5, freeDiskBytes: 4 },
    },
  ]);
});

test("omits machines whose processes are all lost, and knows no memory without a worker", () => {
  const processes = [aProcess({ state: "lost" }), aProcess({ machineId: "m2", worker: null, host: null })];
  assert.deepEqual(sumUpMachines(processes, []), [
    {
      ...{ id: "m2", host: null, labels: [], turns: 0, turnLimit: 0 },
      ...{ memoryBytes: null, reservedMemoryBytes: 0, freeDiskBytes: null },
    },
  ]);
});
