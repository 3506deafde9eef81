import type { BillingUsage } from "@tembo-io/sdk";
import { dayOf, lastDays } from "../components/days.ts";

/** What the sessions that began on a day cost, for the last days up to now, those without one too. Pure. */
export function costByDay(
  items: readonly Pick<BillingUsage["items"][number], "createdAt" | "totalCredits">[],
  now: Date,
  days: number,
): { readonly day: string; readonly cost: number }[] {
  const costs = new Map(lastDays(now, days).map((day) => [day, 0]));
  for (const { createdAt, totalCredits } of items) {
    const day = dayOf(new Date(createdAt));
    const cost = costs.get(day);
    if (cost !== undefined) costs.set(day, cost + totalCredits);
  }
  return [...costs].map(([day, cost]) => ({ day, cost }));
}
