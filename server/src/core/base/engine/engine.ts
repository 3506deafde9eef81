import type { OpenTransaction } from "../transaction.ts";
import type { Job } from "./job.ts";

/** The durable engine: what was enqueued is worked to its end, whatever dies. */
export interface Engine {
  /**
   * Part of the caller's transaction: when that rolls back, nothing was enqueued. Idempotent by turn. Returns a sentence when no worker
   * is up to take the turn, and null otherwise.
   */
  enqueueTurn(tx: OpenTransaction, turnId: string): Promise<string | null>;
  /** Part of the caller's transaction, as above. Idempotent by the job's name. Begun at once, or not before a time. */
  enqueueJob(tx: OpenTransaction, job: Job, options?: { readonly notBefore?: Date }): Promise<void>;
  /** Tells the worker that holds the turn to look at its stop request. */
  noticeStop(turnId: string): Promise<void>;
  /** Tells the worker that holds the turn to look for messages that steer it. */
  noticeSteering(turnId: string): Promise<void>;
}
