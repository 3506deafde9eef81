/** Usage of one request to a model, by the provider's own count if it reported one. */
export interface ModelUsage {
  /** A UUID. If the response is recorded again, it counts once. */
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

/** Limits in millionths of a US dollar. Null means no limit. */
export interface Budget {
  readonly perSessionMicroUsd: number | null;
  /** Limit per calendar month, in UTC. */
  readonly perMonthMicroUsd: number | null;
}

/** Spending of a session on models. */
export interface SessionCost {
  readonly id: string;
  /** Title, or null if the viewer may not see the session or it was deleted. */
  readonly title: string | null;
  readonly createdAt: Date;
  readonly costMicroUsd: number;
}

export type UsageGrouping = "day" | "harness" | "model" | "person" | "repository" | "session";

/** Usage of one day, harness, person or other group. */
export interface UsageGroup extends UsageTotal {
  /** Id of the group, or null for usage that belongs to none. */
  readonly id: string | null;
  /** Name of the group. Null if it has none, or if it is a session that the viewer cannot see. */
  readonly name: string | null;
  readonly sessions: number;
}
