import { type InsightModel, type Insight as InsightView, operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import type { CursorPage } from "../../../core/base/index.ts";
import { repositoryUrl } from "../../../core/forges/index.ts";
import type { Ports } from "../../../core/ports.ts";
import {
  contributionOf,
  findInsight,
  type Insight,
  type InsightSummary,
  type ModelResult,
  type PullRequestShare,
  requireInsights,
} from "../../../core/sessions/index.ts";
import { route } from "../../route.ts";

export function insightRoutes(app: FastifyInstance, ports: Ports): void {
  const { insights, repositories } = ports.store;

  route(app, operations.insightRetrieve, async ({ organizationId }) =>
    insightView(organizationId, await findInsight(ports, organizationId)),
  );
  route(app, operations.insightUpdate, async ({ organizationId, body }) => {
    await insights.setEnabled(organizationId, body.enabled);
    return insightView(organizationId, await findInsight(ports, organizationId));
  });

  route(app, operations.insightMemberList, async ({ organizationId, query }) => {
    const period = await requireInsights(ports, organizationId);
    const { items, nextCursor } = await insights.byMember(organizationId, period, toCursorPage(query));
    return {
      items: items.map((member) => ({
        provider: member.provider,
        username: member.username,
        name: member.name,
        avatarUrl: member.avatarUrl ?? "",
        ...countsView(member),
      })),
      nextCursor,
    };
  });

  route(app, operations.insightModelList, async ({ organizationId }) => {
    const period = await requireInsights(ports, organizationId);
    return { items: (await insights.byModel(organizationId, period)).map(modelView) };
  });

  route(app, operations.insightRepositoryList, async ({ organizationId, query }) => {
    const period = await requireInsights(ports, organizationId);
    const { items, nextCursor } = await insights.byRepository(organizationId, period, toCursorPage(query));
    const known = await repositories.findMany(
      organizationId,
      items.map(({ id }) => id),
    );
    const byId = new Map(known.map((repository) => [repository.id, repository]));
    return {
      items: items.flatMap((share) => {
        const repository = byId.get(share.id);
        if (repository === undefined) return [];
        return {
          codeRepositoryId: repository.id,
          name: repository.name,
          url: repositoryUrl(ports.settings.publicUrl, repository),
          provider: repository.forge,
          ...countsView(share),
        };
      }),
      nextCursor,
    };
  });
}

function insightView(organizationId: string, insight: Insight | null): InsightView {
  const id = organizationId;
  if (insight === null)
    return {
      id,
      status: null,
      rangeStart: null,
      rangeEnd: null,
      lastSyncedAt: null,
      enabled: false,
      data: null,
    };
  return {
    id,
    status: "ready",
    rangeStart: insight.from.toISOString(),
    rangeEnd: insight.at.toISOString(),
    lastSyncedAt: insight.at.toISOString(),
    enabled: true,
    data: {
      summary: { ...summaryView(insight.summary), changes: summaryView(insight.changes) },
      timeSeries: insight.months.map(({ month, withTembo, withoutTembo, merged }) => ({
        month,
        prsWithTembo: withTembo,
        prsWithoutTembo: withoutTembo,
        prsMerged: merged,
        prsCreated: withTembo + withoutTembo,
        temboContribution: contributionOf(withTembo, withTembo + withoutTembo),
      })),
    },
  };
}

const summaryView = ({ completed, created, merged, contribution }: InsightSummary) => ({
  tasksCompleted: completed,
  prsCreated: created,
  prsMerged: merged,
  temboContribution: contribution,
});

function modelView({ completed, merged, costMicroUsd, ...result }: ModelResult): InsightModel {
  const costUsd = costMicroUsd / 1_000_000;
  return {
    ...result,
    successRate: contributionOf(completed, result.turns),
    prsMerged: merged,
    costUsd,
    costPerMergedUsd: merged === 0 ? null : costUsd / merged,
  };
}

const countsView = ({ created, withTembo, merged }: PullRequestShare) => ({
  prsCreated: created,
  prsMerged: merged,
  temboContribution: contributionOf(withTembo, created),
});

const toCursorPage = ({ cursor, limit }: { cursor?: string | undefined; limit: number }): CursorPage => ({
  limit,
  ...(cursor !== undefined && { cursor }),
});
