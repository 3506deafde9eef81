import { type Billing, operations, type Usage } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { getOrganization, startOfMonth, sumUpUsage, type UsageTotal } from "../../../core/accounts/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";

/** Title for a session that the viewer must not see. The vendor's items always have a title. */
const notShown = "Private or deleted session";
const dollars = (microUsd: number) => microUsd / 1_000_000;

export function billingRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.billingRetrieve, async ({ organizationId }): Promise<Billing> => {
    const { budget } = await getOrganization(ports.store, organizationId);
    const spent = await ports.store.usage.ofOrganization(organizationId, startOfMonth(ports.clock.now()));
    return {
      billingEnabled: false,
      balance: {
        calculatedBalance: 0,
        availableBalance: 0,
        availableOnDemandUsage: 0,
        lastTransaction: null,
        unlimitedCredits: true,
      },
      onDemand: {
        enabled: false,
        currentUsage: dollars(spent.costMicroUsd),
        maxCreditUsage: dollars(budget.perMonthMicroUsd ?? 0),
      },
      subscription: {
        type: "free",
        status: null,
        canceledAt: null,
        periodEnd: null,
        plan: null,
        currentTier: 0,
        upgradablePlans: [],
      },
    };
  });

  route(app, operations.usageRetrieve, async ({ caller, query }): Promise<Usage> => {
    const { from, until, total, groups } = await sumUpUsage(ports, caller, query);
    return {
      groupBy: query.groupBy,
      from: from.toISOString(),
      until: until.toISOString(),
      total: countedView(total),
      groups: groups.map(({ id, name, sessions, ...counted }) => ({
        id,
        name,
        sessions,
        ...countedView(counted),
      })),
    };
  });

  route(app, operations.billingUsageList, async ({ caller, query }) => {
    const { items, nextCursor } = await ports.store.usage.bySession(caller, {
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
    });
    return {
      items: items.map(({ id, title, createdAt, costMicroUsd }) => ({
        id,
        title: title ?? notShown,
        kind: "session" as const,
        createdAt: createdAt.toISOString(),
        managedInferenceCredits: dollars(costMicroUsd),
        computeCredits: 0 as const,
        totalCredits: dollars(costMicroUsd),
      })),
      nextCursor,
      asOf: ports.clock.now().toISOString(),
    };
  });
}

const countedView = (total: UsageTotal): Usage["total"] => ({
  costUsd: dollars(total.costMicroUsd),
  requests: total.requests,
  unpricedRequests: total.unpricedRequests,
  inputTokens: total.inputTokens + total.cachedInputTokens + total.cacheWriteTokens,
  outputTokens: total.outputTokens,
});
