/** What one request to a model cost, by the provider's own count where it told one. */
export interface ModelUsage {
  /** A UUID: recorded again, the answer counts once. */
  readonly answerId: string;
  readonly model: string;
  /** Excludes `cachedInputTokens` and `cacheWriteTokens`. All that a model read is the sum of the three. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Read from a cache, which most providers price lower. */
  readonly cachedInputTokens: number;
  /** Written to a cache, which some providers price higher. */
  readonly cacheWriteTokens: number;
  /** Millionths of a US dollar; null when the price table does not know the model. */
  readonly costMicroUsd: number | null;
}

/** Sums over requests. Requests without a price count as nothing in `costMicroUsd`. */
export interface UsageTotal {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly costMicroUsd: number;
  readonly unpricedRequests: number;
}

/** Limits in millionths of a US dollar; null is none. */
export interface Budget {
  readonly perSessionMicroUsd: number | null;
  /** Per calendar month, in UTC. */
  readonly perMonthMicroUsd: number | null;
}

/** What a session spent on models. */
export interface SessionCost {
  readonly id: string;
  /** Null of a session that is not there for the viewer: another person's private one, or a deleted one. */
  readonly title: string | null;
  readonly createdAt: Date;
  readonly costMicroUsd: number;
}

export type UsageGrouping = "day" | "harness" | "model" | "person" | "repository" | "session";

/** What was used for one day, harness, person and so on. */
export interface UsageGroup extends UsageTotal {
  /** Null for what belongs to none. */
  readonly id: string | null;
  /** Null for what has none, and of a session that is not there for the viewer. */
  readonly name: string | null;
  readonly sessions: number;
}
