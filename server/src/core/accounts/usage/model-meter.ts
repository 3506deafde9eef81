import type { ModelUsage } from "./usage.ts";

/** Counts the spending of a turn on models. */
export interface ModelMeter {
  /**
   * True if there is a budget. Requests for models without a price are then rejected, and the number of concurrent
   * requests is limited.
   */
  readonly hasBudget: boolean;
  /**
   * Called before each request. Returns a message that rejects it ("Budget reached ..."), or null to admit it. An
   * admitted request reserves its maximum cost until `release`. Waits while running requests have reserved the rest of
   * a budget. Throws the signal's reason.
   */
  admit(request: MeteredRequest): Promise<string | null>;
  /** Releases the reservation after the request's usage is recorded. Idempotent. */
  release(requestId: string): Promise<void>;
  /**
   * Called with the usage of each response when it is complete or was cut off. The numbers come from the provider's own
   * fields. Missing numbers are estimated, at the low end.
   */
  record(usage: ModelUsage): Promise<void>;
}

/** A request that is about to be sent. */
export interface MeteredRequest {
  /** A UUID. */
  readonly id: string;
  /** Maximum cost. 0 reserves nothing. */
  readonly maxCostMicroUsd: number;
  /** Aborts when the sender of the request disconnects. */
  readonly signal: AbortSignal;
}
