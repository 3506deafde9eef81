import type { UsageQuery } from "@tembo/contract";

/** Usage of one model request, as counted by the provider if it reported a count. */
export interface ModelUsage {
  /** UUID of the response. A response that is recorded twice in a row counts once. */
  readonly answerId: string;
  readonly model: string;
  /** Excludes `cachedInputTokens` and `cacheWriteTokens`. The total input is the sum of the three. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Tokens read from a cache, which most providers price lower. */
  readonly cachedInputTokens: number;
  /** Tokens written to a cache, which some providers price higher. */
  readonly cacheWriteTokens: number;
  /** Cost in millionths of a US dollar, or null if the price table does not contain the model. */
  readonly costMicroUsd: number | null;
}

/** Totals over requests. Requests without a price add nothing to `costMicroUsd`. */
export interface UsageTotal {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly costMicroUsd: number;
  readonly unpricedRequests: number;
}

/** Limits in millionths of a US dollar. A value is null if there is no limit. */
export interface Budget {
  readonly perSessionMicroUsd: number | null;
  /** Limit per calendar month, in UTC. */
  readonly perMonthMicroUsd: number | null;
}

/** A session's spending on models. */
export interface SessionCost {
  readonly id: string;
  /** Title, or null if the viewer may not see the session or it was deleted. */
  readonly title: string | null;
  readonly createdAt: Date;
  readonly costMicroUsd: number;
}

export type UsageGrouping = UsageQuery["groupBy"];

/**
 * Usage of one group, such as a day, a harness or a person. The usage of a session with several repositories counts for
 * each of them.
 */
export interface UsageGroup extends UsageTotal {
  /** Group ID, or null for usage outside any group. */
  readonly id: string | null;
  /** Group name, or null if the group has no name or is a session that the viewer cannot see. */
  readonly name: string | null;
  readonly sessions: number;
}
