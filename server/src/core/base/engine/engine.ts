import type { OpenTransaction } from "../transaction.ts";
import type { Job } from "./job.ts";

/** Durable execution engine, which completes all enqueued work even if processes crash. */
export interface Engine {
  /**
   * Enqueues the turn in the caller's transaction, so that a rollback also undoes the enqueueing. Idempotent by turn.
   * Returns a sentence for users if no worker is running, or null otherwise.
   */
  enqueueTurn(tx: OpenTransaction, turnId: string): Promise<string | null>;
  /**
   * Enqueues the job in the caller's transaction. Idempotent by the job's name. The job starts immediately, or not
   * before `notBefore`.
   */
  enqueueJob(tx: OpenTransaction, job: Job, options?: { readonly notBefore?: Date }): Promise<void>;
  /** Notifies the worker that holds the turn that a stop was requested. */
  noticeStop(turnId: string): Promise<void>;
  /** Notifies the worker that holds the turn that steering messages are queued. */
  noticeSteering(turnId: string): Promise<void>;
}
