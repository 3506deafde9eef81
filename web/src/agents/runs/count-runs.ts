import type { AgentRun } from "@tembo-io/sdk";
import { dayOf, lastDays } from "../../components/days.ts";

/** What runs are counted by, from the bottom of a bar up. */
export const states = ["completed", "failed", "cancelled", "skipped", "open"] as const;
export type CountedState = (typeof states)[number];

/** Of one day in the reader's own time zone. */
export type DayOfRuns = Readonly<Record<CountedState, number>> & { readonly day: string };

/** The last `days` days up to now, in order, those without a run too. Pure. */
export function countRuns(
  runs: readonly Pick<AgentRun, "createdAt" | "status">[],
  now: Date,
  days: number,
): DayOfRuns[] {
  const counts = new Map(lastDays(now, days).map((day) => [day, noRuns()]));
  for (const { createdAt, status } of runs) {
    const count = counts.get(dayOf(new Date(createdAt)));
    if (count !== undefined) count[stateOf(status)] += 1;
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

/** What has not ended is open. */
const stateOf = (status: string): CountedState => states.find((state) => state === status) ?? "open";
