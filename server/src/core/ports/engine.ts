import type { Transaction } from "./store.ts";

/** The durable engine: a turn that was enqueued is worked to its end, whatever dies. */
export interface Engine {
  /** Part of the caller's transaction: when that rolls back, nothing was enqueued. Idempotent by turn. */
  enqueueTurn(tx: Transaction, turnId: string): Promise<void>;
  /** Tells the worker that holds the turn to look at its stop request. */
  noticeStop(turnId: string): Promise<void>;
}
