import type { OpenTransaction } from "../transaction.ts";
import type { Job } from "./job.ts";

/** Durable execution engine, which completes all enqueued work even if processes crash. */
export interface Engine {
  /**
   * Enqueues the turn in the caller's transaction, so a rollback also removes the turn from the queue. Idempotent by
   * turn. Returns a message for users if no worker is running, or null otherwise.
   */
  enqueueTurn(tx: OpenTransaction, turnId: string): Promise<string | null>;
  /**
   * Enqueues the job in the caller's transaction. Idempotent by job name. The job starts as soon as a worker is free,
   * but not before `notBefore`.
   */
  enqueueJob(tx: OpenTransaction, job: Job, options?: { readonly notBefore?: Date }): Promise<void>;
  /** Notifies the workers of a stop request for the turn. */
  noticeStop(turnId: string): Promise<void>;
  /** Notifies the workers of steering messages that are queued for the turn. */
  noticeSteering(turnId: string): Promise<void>;
}
