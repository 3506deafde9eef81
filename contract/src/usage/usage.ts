import { z } from "zod";
import { timestamp } from "../common.ts";

const counted = {
  costUsd: z.number().min(0).describe("Of requests whose price is known."),
  requests: z.int().min(0),
  unpricedRequests: z.int().min(0).describe("Requests to models of which no price is known."),
  inputTokens: z
    .int()
    .min(0)
    .describe(
      "All input: includes tokens read from and written to a cache, unlike `inputTokens` of a session's events.",
    ),
  outputTokens: z.int().min(0),
};

const usageGrouping = z
  .enum(["day", "harness", "model", "person", "repository", "session"])
  .describe(
    "`harness`: that the session has now. `person`: whose message was worked. `repository`: a session of several counts with each. `session`: another person's private one has no name.",
  );

export const usageQuery = z.object({
  groupBy: usageGrouping,
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(366)
    .default(30)
    .describe("As many days in UTC, of which today is the last."),
});
export type UsageQuery = z.infer<typeof usageQuery>;

/** Model costs of an organization, grouped. */
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
          .describe("A day as 2026-01-31, a name, or an id; null for what belongs to none."),
        name: z.string().nullable(),
        sessions: z.int().min(0),
        ...counted,
      }),
    )
    .max(366)
    .describe("Days in order, without those on which nothing was used; others costliest first, at most 100."),
});
export type Usage = z.infer<typeof usage>;
