import type { AgentRun } from "@tembo-io/sdk";

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
  const counts = new Map<string, Record<CountedState, number>>();
  for (let back = days - 1; back >= 0; back -= 1)
    counts.set(dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - back)), {
      completed: 0,
      failed: 0,
      cancelled: 0,
      skipped: 0,
      open: 0,
    });
  for (const { createdAt, status } of runs) {
    const count = counts.get(dayOf(new Date(createdAt)));
    if (count !== undefined) count[stateOf(status)] += 1;
  }
  return [...counts].map(([day, count]) => ({ day, ...count }));
}

/** 2026-03-02. */
const dayOf = (date: Date) =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");

/** What has not ended is open. */
const stateOf = (status: string): CountedState => states.find((state) => state === status) ?? "open";
