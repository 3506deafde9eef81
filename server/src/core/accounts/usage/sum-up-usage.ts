import type { Viewer } from "../member/viewer.ts";
import type { AccountsPorts } from "../ports.ts";
import type { UsageGroup, UsageGrouping, UsageTotal } from "./usage.ts";

const dayMs = 86_400_000;

export interface UsageSummary {
  readonly from: Date;
  readonly until: Date;
  readonly total: UsageTotal;
  readonly groups: readonly UsageGroup[];
}

/** Sums an organization's usage over the last `days` days in UTC, including today. */
export async function sumUpUsage(
  { store, clock }: Pick<AccountsPorts, "store" | "clock">,
  viewer: Viewer,
  { groupBy, days }: { readonly groupBy: UsageGrouping; readonly days: number },
): Promise<UsageSummary> {
  const until = clock.now();
  const from = new Date(Math.floor(until.getTime() / dayMs) * dayMs - (days - 1) * dayMs);
  const [total, groups] = await Promise.all([
    store.usage.ofOrganization(viewer.organizationId, from),
    store.usage.grouped(viewer, from, groupBy),
  ]);
  return { from, until, total, groups };
}
