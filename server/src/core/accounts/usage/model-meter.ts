import type { ModelUsage } from "./usage.ts";

/** Meters a turn's spending on models. */
export interface ModelMeter {
  /**
   * True if there is a budget. The model gateway then rejects requests for models without a price, and limits the
   * number of concurrent requests.
   */
  readonly hasBudget: boolean;
  /**
   * Decides whether a request may be sent. Returns null to admit the request, or a message that explains the rejection
   * ("Budget reached ..."). If there is a budget, waits while other requests have reserved the rest of it, and reserves
   * the maximum cost of an admitted request until `release`. Throws the signal's reason if it aborts.
   */
  admit(request: MeteredRequest): Promise<string | null>;
  /** Releases the reservation of a request whose usage is recorded. Idempotent. */
  release(requestId: string): Promise<void>;
  /**
   * Records the usage of a response that is complete or was interrupted. Numbers that the provider did not report are
   * estimated.
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
