import type { ModelUsage } from "./usage.ts";

/** Counts what a turn spends. */
export interface ModelMeter {
  /** With one, requests for models without a price are refused, and only so many run at once. */
  readonly hasBudget: boolean;
  /**
   * Called before each request: a sentence refuses it ("budget reached ..."), null admits it and reserves what it may cost until `release`.
   * Waits while requests that run have reserved the rest of a budget. Throws the signal's reason.
   */
  admit(request: MeteredRequest): Promise<string | null>;
  /** Gives up what was reserved, once the request's usage is recorded. Idempotent. */
  release(requestId: string): Promise<void>;
  /** Told of each answer's usage, from the provider's own fields, once it is complete or was cut. What they do not tell is estimated, low. */
  record(usage: ModelUsage): Promise<void>;
}

/** A request that is to be sent. */
export interface MeteredRequest {
  /** A UUID. */
  readonly id: string;
  /** What it may cost at most; 0 reserves nothing. */
  readonly maxCostMicroUsd: number;
  /** Aborts when whoever sent it has gone. */
  readonly signal: AbortSignal;
}
