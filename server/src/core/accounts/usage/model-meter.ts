import type { ModelUsage } from "./usage.ts";

/** Meters a turn's spending on models. */
export interface ModelMeter {
  /**
   * True if there is a budget. The model gateway then rejects requests for models without a price, and limits the
   * number of concurrent requests.
   */
  readonly hasBudget: boolean;
  /**
   * Called before each request. Returns null to admit the request, or a message that explains the rejection ("Budget
   * reached ..."). An admitted request reserves its maximum cost until `release`. Waits while running requests have
   * reserved the rest of a budget. Throws the signal's reason if it aborts.
   */
  admit(request: MeteredRequest): Promise<string | null>;
  /** Releases the reservation after the request's usage is recorded. Idempotent. */
  release(requestId: string): Promise<void>;
  /**
   * Called with a response's usage when the response is complete or was interrupted. The numbers come from the
   * provider's response. Missing numbers are estimated, at the low end.
   */
  record(usage: ModelUsage): Promise<void>;
}

/** A model request that is about to be sent. */
export interface MeteredRequest {
  /** UUID of the request. */
  readonly id: string;
  /** Maximum cost. 0 reserves nothing. */
  readonly maxCostMicroUsd: number;
  /** Aborts when the sender of the request disconnects. */
  readonly signal: AbortSignal;
}
