import type { Figure, Report } from "../report/figure.ts";
import { median, quantile } from "../report/statistics.ts";
import { measureDecisions, waitingTurns } from "./measure-decisions.ts";
import { followUpSize, measureFollowUps } from "./measure-follow-ups.ts";
import { drainedSessions, drainedSize, measureMachines } from "./measure-machines.ts";
import { manySessions, measureMany } from "./measure-many.ts";

const MACHINES = 3;

/**
 * Measures work on several machines: later turns whose files come from the store, the cost of saving files, many sessions
 * at once, the loss and the drain of a machine, and the placement of waiting turns.
 */
export async function benchScale(print: (line: string) => void): Promise<Report> {
  const decisions = await measureDecisions();
  print(`a decision with ${waitingTurns} waiting turns: ${quantile(decisions, 0.99).toFixed(1)} ms at p99`);
  const followUps = await measureFollowUps(print);
  const machines = await measureMachines(print);
  const [one, several] = [await measureMany(1), await measureMany(MACHINES)];
  print(
    `${manySessions} sessions: ${one.totalS.toFixed(0)} s on one machine, ${several.totalS.toFixed(0)} s on ${MACHINES}`,
  );
  const { sessions, files, megabytes } = followUpSize;
  const figures: Figure[] = [
    {
      name: `message -> prompt sent, ${files} files (${megabytes} MB) restored; floor: they are there, p50`,
      unit: "ms",
      product: median(followUps.restored),
      floor: median(followUps.local),
      goal: null,
      runs: sessions,
    },
    {
      name: "turn with one command, its files saved; floor: not saved, p50",
      unit: "ms",
      product: median(followUps.savedTurns),
      floor: median(followUps.unsavedTurns),
      goal: { bound: "at most", factor: 1.03 },
      runs: sessions,
    },
    {
      name: `${manySessions} sessions at once on ${MACHINES} machines, until the last one; floor: on one machine`,
      unit: "s",
      product: several.totalS,
      floor: one.totalS,
      goal: null,
      runs: 1,
    },
    {
      name: `placement of ${waitingTurns} waiting turns, one decision, p99`,
      unit: "ms",
      product: quantile(decisions, 0.99),
      floor: null,
      goal: { bound: "at most", plus: 20 },
      runs: decisions.length,
    },
  ];
  const { lost, drains } = machines;
  figures.push(
    {
      name: "machine lost without notice -> its turn works on another one, longest",
      unit: "s",
      product: Math.max(...lost),
      floor: null,
      goal: { bound: "at most", plus: 35 },
      runs: lost.length,
    },
    {
      name: `drain of a machine with ${drainedSessions} sessions, each with ${drainedSize.files} ignored files (${drainedSize.megabytes} MB), longest`,
      unit: "s",
      product: Math.max(...drains),
      floor: null,
      goal: { bound: "at most", plus: 30 },
      runs: drains.length,
    },
  );
  return {
    figures,
    notes: [
      `${manySessions} sessions, seconds until a turn ended, p50 and p99: ${[0.5, 0.99].map((share) => quantile(several.turnsS, share).toFixed(1)).join(", ")} on ${MACHINES} machines`,
      "All machines of this bench share the processors of one.",
    ],
    measurements: {
      ...followUps,
      ...machines,
      "many.one": one.turnsS,
      "many.several": several.turnsS,
      decisions,
    },
  };
}
