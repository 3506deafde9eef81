import type { InsightSummary, MonthCount } from "./insight.ts";

export const monthsTold = 6;

/** Of all of them, in percent with one digit after the point; 0 of none. */
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

/** How the one differs from what was before it: in percent, where before there was nothing 100, and for the contribution in points. */
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

/** The months from one date to another, each with what was counted of it. */
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

/** The first moment of the month that is so many months away from a date's, in UTC. */
export function addMonths(at: Date, months: number): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months));
}

const toTenth = (number: number) => Math.round(number * 10) / 10;
