import assert from "node:assert/strict";
import { test } from "node:test";
import { decidePlacement, type PlacementMachine, type WaitingTurn } from "./decide-placement.ts";

const GiB = 1024 ** 3;
const turn = (turnId: string, change: Partial<WaitingTurn> = {}): WaitingTurn => ({
  turnId,
  organizationId: "o1",
  memoryBytes: 4 * GiB,
  waitedMs: 0,
  runsOn: [],
  holderId: null,
  holderAbsentMs: null,
  avoidedId: null,
  saved: "newest",
  ...change,
});
const machine = (id: string, change: Partial<PlacementMachine> = {}): PlacementMachine => ({
  id,
  turnLimit: 4,
  memoryBytes: 16 * GiB,
  labels: [],
  turns: 0,
  reservedBytes: 0,
  ...change,
});
const full = { turns: 4, reservedBytes: 16 * GiB };
const home = { holderId: "m1" };
const gpuOffice = { labels: ["gpu", "office"] };

interface Case {
  readonly name: string;
  readonly waiting: readonly WaitingTurn[];
  readonly machines: readonly PlacementMachine[];
  readonly running?: Readonly<Record<string, number>>;
  readonly savesWorkspaces?: boolean;
  readonly expected: readonly string[];
}

const cases: readonly Case[] = [
  { name: "places nothing without a machine", waiting: [turn("a")], machines: [], expected: [] },
  {
    name: "spreads turns over machines with the lowest load",
    waiting: [turn("a", { waitedMs: 2 }), turn("b", { waitedMs: 1 })],
    machines: [machine("m1", { turns: 1, reservedBytes: 4 * GiB }), machine("m2")],
    expected: ["a m2", "b m1"],
  },
  {
    name: "runs no more turns on a machine than its limit",
    waiting: [turn("a", { waitedMs: 3 }), turn("b", { waitedMs: 2 }), turn("c", { waitedMs: 1 })],
    machines: [machine("m1", { turnLimit: 2 })],
    expected: ["a m1", "b m1"],
  },
  {
    name: "offers the memory of default sandboxes for the whole limit, even on a small machine",
    waiting: ["a", "b", "c"].map((id) => turn(id)),
    machines: [machine("m1", { turnLimit: 3, memoryBytes: 2 * GiB })],
    expected: ["a m1", "b m1", "c m1"],
  },
  {
    name: "skips a turn that does not fit, for a smaller one of the same organization",
    waiting: [turn("a", { waitedMs: 2, memoryBytes: 16 * GiB }), turn("b", { waitedMs: 1 })],
    machines: [machine("m1", { turns: 1, reservedBytes: 4 * GiB })],
    expected: ["b m1"],
  },
  {
    name: "gives a turn that is larger than every machine the largest one, if that is idle",
    waiting: [turn("a", { memoryBytes: 32 * GiB })],
    machines: [machine("m1", { turnLimit: 1, memoryBytes: 8 * GiB }), machine("m2")],
    expected: ["a m2"],
  },
  {
    name: "lets a turn that is larger than every machine wait while the largest one is used",
    waiting: [turn("a", { memoryBytes: 32 * GiB })],
    machines: [machine("m1", { turns: 1, reservedBytes: GiB })],
    expected: [],
  },
  {
    name: "prefers the machine with the workspace to a less loaded one",
    waiting: [turn("a", home)],
    machines: [machine("m1", { turns: 3, reservedBytes: 12 * GiB }), machine("m2")],
    expected: ["a m1"],
  },
  {
    name: "waits less than two seconds for the full machine with the workspace",
    waiting: [turn("a", { ...home, waitedMs: 1_999 })],
    machines: [machine("m1", full), machine("m2")],
    expected: [],
  },
  {
    name: "goes elsewhere after two seconds",
    waiting: [turn("a", { ...home, waitedMs: 2_000 })],
    machines: [machine("m1", full), machine("m2")],
    expected: ["a m2"],
  },
  {
    name: "waits without a limit for the full machine that alone has the newest files",
    waiting: [
      turn("a", { ...home, saved: "none", waitedMs: 600_000 }),
      turn("b", { ...home, saved: "older", waitedMs: 600_000 }),
    ],
    machines: [machine("m1", full), machine("m2")],
    expected: [],
  },
  {
    name: "waits for the return of the machine that alone has the newest files, however long the turn has waited before",
    waiting: [
      turn("a", { ...home, saved: "none", holderAbsentMs: 599_999, waitedMs: 900_000 }),
      turn("b", { ...home, saved: "older", holderAbsentMs: 14_999, waitedMs: 900_000 }),
    ],
    machines: [machine("m2")],
    expected: [],
  },
  {
    name: "goes elsewhere if the machine that alone has the newest files stays away",
    waiting: [
      turn("a", { ...home, saved: "none", holderAbsentMs: 600_000, waitedMs: 2 }),
      turn("b", { ...home, saved: "older", holderAbsentMs: 15_000, waitedMs: 1 }),
    ],
    machines: [machine("m2")],
    expected: ["a m2", "b m2"],
  },
  {
    name: "waits a short time for a machine that is lost before the first save to a shared store",
    waiting: [
      turn("a", { ...home, saved: "none", holderAbsentMs: 14_999 }),
      turn("b", { ...home, saved: "none", holderAbsentMs: 15_000 }),
    ],
    machines: [machine("m2")],
    savesWorkspaces: true,
    expected: ["b m2"],
  },
  {
    name: "avoids the machine that did not start the turn, even if it has the saved files",
    waiting: [turn("a", { ...home, avoidedId: "m1", waitedMs: 120_000 })],
    machines: [machine("m1"), machine("m2", { turns: 3, reservedBytes: 12 * GiB })],
    expected: ["a m2"],
  },
  {
    name: "tries the machine that did not start the turn again if no other one has room",
    waiting: [turn("a", { avoidedId: "m1", waitedMs: 120_000 })],
    machines: [machine("m1"), machine("m2", full)],
    expected: ["a m1"],
  },
  {
    name: "does not avoid the machine that alone has the newest files",
    waiting: [turn("a", { ...home, avoidedId: "m1", saved: "older", waitedMs: 120_000 })],
    machines: [machine("m1"), machine("m2")],
    expected: ["a m1"],
  },
  {
    name: "waits while the machine that alone has the newest files runs but accepts no turns",
    waiting: [turn("a", { ...home, saved: "none", holderAbsentMs: 0, waitedMs: 900_000 })],
    machines: [machine("m2")],
    expected: [],
  },
  {
    name: "goes elsewhere without the newest files if their machine is too small for the turn",
    waiting: [turn("a", { ...home, saved: "older", holderAbsentMs: 0, memoryBytes: 16 * GiB })],
    machines: [machine("m1", { turnLimit: 1, memoryBytes: 8 * GiB }), machine("m2")],
    expected: ["a m2"],
  },
  {
    name: "goes elsewhere immediately if the machine with the workspace accepts no turns",
    waiting: [turn("a", home)],
    machines: [machine("m2")],
    expected: ["a m2"],
  },
  {
    name: "goes elsewhere immediately if the machine with the workspace is too small",
    waiting: [turn("a", { ...home, memoryBytes: 16 * GiB })],
    machines: [machine("m1", { turnLimit: 1, memoryBytes: 8 * GiB }), machine("m2")],
    expected: ["a m2"],
  },
  {
    name: "serves the organization with the least running memory next, and its oldest turn first",
    waiting: [
      turn("a", { waitedMs: 9 }),
      turn("b", { organizationId: "o2", waitedMs: 1 }),
      turn("c", { organizationId: "o2", waitedMs: 2 }),
    ],
    machines: [machine("m1", { turnLimit: 2 })],
    running: { o1: 8 * GiB },
    expected: ["c m1", "b m1"],
  },
  {
    name: "counts what it places as running memory",
    waiting: [
      ...["a", "b", "c"].map((id) => turn(id, { waitedMs: 9 })),
      turn("d", { organizationId: "o2", waitedMs: 1 }),
    ],
    machines: [machine("m1", { turnLimit: 3 })],
    expected: ["a m1", "d m1", "b m1"],
  },
  {
    name: "counts a minute of waiting like one default sandbox that does not run",
    waiting: [
      turn("a", { waitedMs: 121_000 }),
      turn("b", { waitedMs: 119_000 }),
      turn("c", { organizationId: "o2" }),
    ],
    machines: [machine("m1", { turnLimit: 1 })],
    running: { o1: 8 * GiB },
    expected: ["a m1"],
  },
  {
    name: "does not let a flood of old turns delay another organization",
    waiting: [
      ...["a", "b", "c"].map((id) => turn(id, { waitedMs: 600_000 })),
      turn("d", { organizationId: "o2", waitedMs: 1 }),
    ],
    machines: [machine("m1", { turnLimit: 2 })],
    running: { o1: 100 * GiB },
    expected: ["d m1", "a m1"],
  },
  {
    name: "keeps the least loaded machine free for an overdue turn that fits nowhere",
    waiting: [
      turn("a", { waitedMs: 60_000, memoryBytes: 16 * GiB }),
      turn("b"),
      turn("c"),
      turn("d"),
      turn("e"),
    ],
    machines: [
      machine("m1", { turns: 2, reservedBytes: 8 * GiB }),
      machine("m2", { turns: 1, reservedBytes: 4 * GiB }),
    ],
    expected: ["b m1", "c m1"],
  },
  {
    name: "offers a turn only to machines with all labels, and other turns to every machine",
    waiting: [turn("a", { runsOn: ["gpu", "office"], waitedMs: 3 }), turn("b", { waitedMs: 2 }), turn("c")],
    machines: [
      machine("m1", { labels: ["gpu"] }),
      machine("m2", gpuOffice),
      machine("m3", { labels: ["office"] }),
    ],
    expected: ["a m2", "b m1", "c m3"],
  },
  {
    name: "lets a turn wait without a limit if no machine has its labels, and places turns behind it",
    waiting: [turn("a", { runsOn: ["gpu"], waitedMs: 900_000 }), turn("b")],
    machines: [machine("m1", { labels: ["gpu=a100"] })],
    expected: ["b m1"],
  },
  {
    name: "restores a session's files elsewhere if their machine lacks the labels",
    waiting: [turn("a", { ...home, runsOn: ["gpu"] })],
    machines: [machine("m1"), machine("m2", gpuOffice)],
    expected: ["a m2"],
  },
  {
    name: "waits for the machine that alone has the newest files if it has the labels",
    waiting: [turn("a", { ...home, saved: "none", runsOn: ["gpu"], waitedMs: 900_000 })],
    machines: [machine("m1", { ...full, ...gpuOffice }), machine("m2", gpuOffice)],
    expected: [],
  },
  {
    name: "measures a turn that is larger than every machine by the machines with its labels",
    waiting: [turn("a", { runsOn: ["gpu"], memoryBytes: 16 * GiB })],
    machines: [machine("m1"), machine("m2", { ...gpuOffice, turnLimit: 1, memoryBytes: 8 * GiB })],
    expected: ["a m2"],
  },
  {
    name: "keeps a machine with the labels free for an overdue turn, though others have room",
    waiting: [turn("a", { runsOn: ["gpu"], waitedMs: 60_000, memoryBytes: 16 * GiB }), turn("b"), turn("c")],
    machines: [
      machine("m1", { turns: 1, reservedBytes: 4 * GiB, labels: ["gpu"] }),
      machine("m2", { turns: 3, reservedBytes: 12 * GiB }),
    ],
    expected: ["b m2"],
  },
];

for (const { name, waiting, machines, running = {}, savesWorkspaces = false, expected } of cases) {
  test(name, () => {
    const state = { waiting, machines, runningBytes: new Map(Object.entries(running)), savesWorkspaces };
    const placements = decidePlacement(state).map(({ turnId, machineId }) => `${turnId} ${machineId}`);
    assert.deepEqual(placements, expected);
  });
}
