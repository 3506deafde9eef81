export const ranges = [7, 30, 90] as const;
export type Range = (typeof ranges)[number];
export const DEFAULT_RANGE: Range = 30;

/** Number of days to show, from the URL. The default applies if `days` is absent. */
export interface UsageSearch {
  readonly days?: Range;
}

export function checkUsageSearch({ days }: Record<string, unknown>): UsageSearch {
  const known = ranges.find((one) => one === days);
  return known === undefined || known === DEFAULT_RANGE ? {} : { days: known };
}
