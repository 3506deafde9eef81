import { AppError } from "../../base/index.ts";
import type { SessionsPorts } from "../ports.ts";
import type { Insight } from "./insight.ts";
import type { Period } from "./insight-store.ts";
import { addMonths, changesBetween, fillMonths, monthsCovered, sumUp } from "./sum-up.ts";

type InsightPorts = Pick<SessionsPorts, "store" | "clock">;

/**
 * Computes the insights for this month and the five months before it. Returns null if the organization has disabled
 * insights.
 */
export async function findInsight(ports: InsightPorts, organizationId: string): Promise<Insight | null> {
  const { insights } = ports.store;
  if (!(await insights.isEnabled(organizationId))) return null;
  const now = insightPeriod(ports);
  const before = { from: addMonths(now.from, -monthsCovered), until: now.from };
  const [current, earlier] = await Promise.all(
    [now, before].map(async (period) => {
      const months = fillMonths(await insights.months(organizationId, period), period);
      const summary = sumUp(months, await insights.countCompleted(organizationId, period));
      return { months, summary };
    }),
  );
  return {
    from: now.from,
    at: ports.clock.now(),
    ...current!,
    changes: changesBetween(earlier!.summary, current!.summary),
  };
}

/** Returns the period that insight lists cover. Throws `conflict` if insights are disabled. */
export async function requireInsights(ports: InsightPorts, organizationId: string): Promise<Period> {
  if (await ports.store.insights.isEnabled(organizationId)) return insightPeriod(ports);
  throw new AppError(
    "conflict",
    'Insights are disabled in this organization. An admin can set "enabled" to true with PATCH /v1/insights.',
  );
}

function insightPeriod({ clock }: Pick<SessionsPorts, "clock">): Period {
  const now = clock.now();
  return { from: addMonths(now, 1 - monthsCovered), until: addMonths(now, 1) };
}
