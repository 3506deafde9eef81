import { z } from "zod";
import { cursorQuery, timestamp, uuid } from "../common.ts";

const contribution = z.number().describe("Percentage of all pull requests that Tembo worked on.");
const change = z.number().describe("Change in percent from the previous period of the same length.");

const insightData = z.strictObject({
  summary: z.strictObject({
    tasksCompleted: z.int().describe("Number of sessions with a completed turn."),
    prsCreated: z.int(),
    prsMerged: z.int(),
    temboContribution: contribution,
    changes: z.strictObject({
      prsCreated: change,
      prsMerged: change,
      tasksCompleted: change,
      temboContribution: z
        .number()
        .describe("Change in percentage points from the previous period of the same length."),
    }),
  }),
  timeSeries: z.array(
    z.strictObject({
      month: z.string().describe("Month in the form `2026-01`."),
      prsWithTembo: z.int(),
      prsWithoutTembo: z.number(),
      prsMerged: z.int(),
      prsCreated: z.int(),
      temboContribution: contribution,
    }),
  ),
});

/** Monthly pull request statistics of an organization. */
export const insight = z.strictObject({
  id: uuid.nullable(),
  status: z.enum(["syncing", "ready", "failed"]).nullable(),
  rangeStart: timestamp.nullable(),
  rangeEnd: timestamp.nullable(),
  lastSyncedAt: timestamp.nullable(),
  enabled: z.boolean(),
  data: insightData.nullable(),
});
export type Insight = z.infer<typeof insight>;
export const insightUpdateBody = z.strictObject({ enabled: z.boolean() });
export type InsightUpdateBody = z.infer<typeof insightUpdateBody>;

const counts = { prsCreated: z.int(), prsMerged: z.int(), temboContribution: contribution };
export const insightMember = z.strictObject({
  provider: z.string().describe("The forge, or `tembo` for a member of the organization."),
  username: z.string(),
  name: z.string().nullable(),
  avatarUrl: z.string(),
  ...counts,
});
export const insightRepository = z.strictObject({
  codeRepositoryId: z.string(),
  name: z.string(),
  url: z.string(),
  provider: z.string(),
  ...counts,
});
export const insightListQuery = cursorQuery;
export const insightMemberList = z.strictObject({
  items: z.array(insightMember),
  nextCursor: uuid.nullable(),
});
export type InsightMemberList = z.infer<typeof insightMemberList>;
export const insightRepositoryList = z.strictObject({
  items: z.array(insightRepository),
  nextCursor: uuid.nullable(),
});
export type InsightRepositoryList = z.infer<typeof insightRepositoryList>;

const medianMs = z.number().min(0).nullable();
/** Results of the sessions of one harness and model. */
export const insightModel = z.strictObject({
  harness: z.string(),
  model: z.string(),
  turns: z.int().describe("Number of turns that completed or failed. Stopped turns do not count."),
  successRate: z.number().describe("Percentage of these turns that completed."),
  medianWaitMs: medianMs.describe("From a turn's request to its start. Null without turns."),
  medianTurnMs: medianMs.describe("From a turn's start to its end. Null without turns."),
  prsMerged: z.int(),
  medianMergeMs: medianMs.describe(
    "From a session's creation to the merge. Null without merged pull requests.",
  ),
  costUsd: z.number().min(0).describe("Cost of all model requests whose price is known."),
  costPerMergedUsd: z
    .number()
    .min(0)
    .nullable()
    .describe("`costUsd` divided by `prsMerged`. Null without merged pull requests."),
});
export type InsightModel = z.infer<typeof insightModel>;
export const insightModelList = z.strictObject({ items: z.array(insightModel).max(100) });
export type InsightModelList = z.infer<typeof insightModelList>;
