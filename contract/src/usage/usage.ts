import { z } from "zod";
import { timestamp } from "../common.ts";

const counted = {
  costUsd: z.number().min(0).describe("Cost of the requests whose price is known."),
  requests: z.int().min(0),
  unpricedRequests: z.int().min(0).describe("Number of requests to models without a known price."),
  inputTokens: z
    .int()
    .min(0)
    .describe(
      "All input tokens, including tokens read from and written to a cache. This differs from `inputTokens` of a session's events.",
    ),
  outputTokens: z.int().min(0),
};

const usageGrouping = z
  .enum(["day", "harness", "model", "person", "repository", "agent", "pullRequest", "session"])
  .describe(
    "`agent`: the saved agent that started the session. `pullRequest`: a session with several pull requests counts for each. `harness`: the session's current harness. `person`: the person whose message was processed. `repository`: a session with several repositories counts for each. `session`: another person's private session has no name.",
  );

export const usageQuery = z.object({
  groupBy: usageGrouping,
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(366)
    .default(30)
    .describe("Number of days, in UTC. Today is the last day."),
});
export type UsageQuery = z.infer<typeof usageQuery>;

/** Model costs of an organization, by group. */
export const usage = z.strictObject({
  groupBy: usageGrouping,
  from: timestamp,
  until: timestamp,
  total: z.strictObject(counted),
  groups: z
    .array(
      z.strictObject({
        id: z
          .string()
          .nullable()
          .describe(
            "A day in the form `2026-01-31`, a name or an ID. Null for usage without a value for the grouping.",
          ),
        name: z.string().nullable(),
        sessions: z.int().min(0),
        ...counted,
      }),
    )
    .max(366)
    .describe(
      "Days are in order and omit days without usage. Other groups are sorted by cost, highest first, with at most 100.",
    ),
});
export type Usage = z.infer<typeof usage>;
