import type { AgentRun } from "@tembo-io/sdk";
import { dayOf, lastDays } from "../../format/dates.ts";

/** States in the chart, in the order of the bar segments from bottom to top. */
export const states = ["completed", "failed", "cancelled", "skipped", "open"] as const;
export type CountedState = (typeof states)[number];

/** Number of runs per state on one day (`2026-01-31`) in the user's time zone. */
export type DayOfRuns = Readonly<Record<CountedState, number>> & { readonly day: string };

/** Counts the runs on each of the last `days` days, in chronological order. Includes days without runs. Pure. */
export function countRuns(
  runs: readonly Pick<AgentRun, "createdAt" | "status">[],
  now: Date,
  days: number,
): DayOfRuns[] {
  const counts = new Map(lastDays(now, days).map((day) => [day, noRuns()]));
  for (const { createdAt, status } of runs) {
    const count = counts.get(dayOf(new Date(createdAt)));
    if (count !== undefined) count[toCountedState(status)] += 1;
  }
  return [...counts].map(([day, count]) => ({ day, ...count }));
}

const noRuns = (): Record<CountedState, number> => ({
  completed: 0,
  failed: 0,
  cancelled: 0,
  skipped: 0,
  open: 0,
});

/** Returns the state of a status in the chart. Every status that is not in `states` counts as open. */
const toCountedState = (status: string): CountedState => states.find((state) => state === status) ?? "open";
