import type { InsightSummary, MonthCount } from "./insight.ts";

export const monthsCovered = 6;

/** Returns `withTembo` as a percentage of `created`, with one decimal place. Returns 0 if `created` is 0. */
export function contributionOf(withTembo: number, created: number): number {
  return created === 0 ? 0 : toTenth((withTembo / created) * 100);
}

export function sumUp(months: readonly MonthCount[], completed: number): InsightSummary {
  const sum = (count: (month: MonthCount) => number) =>
    months.reduce((total, month) => total + count(month), 0);
  const withTembo = sum((month) => month.withTembo);
  const created = withTembo + sum((month) => month.withoutTembo);
  return {
    completed,
    created,
    merged: sum((month) => month.merged),
    contribution: contributionOf(withTembo, created),
  };
}

/**
 * Returns the change from `before` to `now` in percent, or in percentage points for the contribution. An increase from
 * 0 counts as 100%.
 */
export function changesBetween(before: InsightSummary, now: InsightSummary): InsightSummary {
  const change = (from: number, to: number) => {
    if (from === 0) return to === 0 ? 0 : 100;
    return toTenth(((to - from) / from) * 100);
  };
  return {
    completed: change(before.completed, now.completed),
    created: change(before.created, now.created),
    merged: change(before.merged, now.merged),
    contribution: toTenth(now.contribution - before.contribution),
  };
}

/** Returns every month of the period with its counts, including empty months. */
export function fillMonths(
  counted: readonly MonthCount[],
  { from, until }: { readonly from: Date; readonly until: Date },
): MonthCount[] {
  const known = new Map(counted.map((month) => [month.month, month]));
  const months: MonthCount[] = [];
  for (let at = from; at < until; at = addMonths(at, 1)) {
    const month = at.toISOString().slice(0, 7);
    months.push(known.get(month) ?? { month, withTembo: 0, withoutTembo: 0, merged: 0 });
  }
  return months;
}

/** Returns the start of the month that is `months` after the month of `at`, in UTC. */
export function addMonths(at: Date, months: number): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months));
}

const toTenth = (number: number) => Math.round(number * 10) / 10;
