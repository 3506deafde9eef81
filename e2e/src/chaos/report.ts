import { rules } from "./check/check-history.ts";
import type { History, Violation } from "./check/history.ts";
import { tokensOf } from "./check/read-parts.ts";
import { answersOf } from "./check/rules/events.ts";
import type { FaultRecord } from "./run-faults.ts";

export interface Outcome {
  readonly seed: number;
  readonly history: History;
  readonly faults: readonly FaultRecord[];
  readonly violations: readonly Violation[];
}

/** Returns the table at the end of a run. */
export function renderReport({ seed, history, faults, violations }: Outcome): string {
  const counts = new Map<string, number>();
  for (const { kind } of faults) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const takeOvers = takeOverTimesMs(history, faults);
  const acknowledged = history.log.filter(({ kind }) => kind === "acknowledged").length;
  const stopped = history.log.filter(({ kind }) => kind === "stopped").length;
  const rows: [string, string | number][] = [
    ["seed", seed],
    ["sessions", history.sessions.length],
    ["acknowledged messages", acknowledged],
    ["stops", stopped],
    ["pull requests", history.pullRequests.length],
    ["faults", faults.length],
    ...[...counts].map(([kind, count]): [string, number] => [`  ${kind}`, count]),
    ["resumed turns", takeOvers.length],
    ["  median, seconds", seconds(quantile(takeOvers, 0.5))],
    ["  p99, seconds", seconds(quantile(takeOvers, 0.99))],
    ["answers repeated by a later attempt", countRepeated(history)],
    ["violations", violations.length],
    ...rules.map(({ name }): [string, number] => [
      `  ${name}`,
      violations.filter(({ rule }) => rule === name).length,
    ]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  return [...violations.map(({ rule, message }) => `VIOLATION (${rule}): ${message}`), ...table].join("\n");
}

/** Returns the times from the last fault before each resumption until the client received the resumption. */
export function takeOverTimesMs({ log }: Pick<History, "log">, faults: readonly FaultRecord[]): number[] {
  return log.flatMap((entry) => {
    if (entry.kind !== "seen" || entry.event.eventType !== "turn.resumed") return [];
    const resumedAt = Date.parse(entry.event.createdAt);
    const cause = faults.findLast(({ at }) => at <= resumedAt);
    return cause === undefined ? [] : [entry.at - cause.at];
  });
}

function countRepeated(history: History): number {
  const repeated = tokensOf(history).filter((reading) => answersOf(reading).filter(Boolean).length > 1);
  return repeated.length;
}

function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}

const seconds = (ms: number | null) => (ms === null ? "-" : (ms / 1_000).toFixed(1));
