import { pollUntil } from "../../../runtime/poll-until.ts";
import { AppError } from "../../base/index.ts";
import type { SessionsStore } from "../../sessions/index.ts";

/** Maximum time until another worker has released the sandbox or is detected as dead. */
export const handOverLimitMs = 20_000;
const lookEveryMs = 100;
/** Interval at which the notice is repeated. A worker misses notices while it is briefly disconnected. */
const askEveryMs = 1_000;

export interface OtherWorkers {
  readonly workerId: string;
  readonly store: Pick<SessionsStore, "warmSandboxRecords" | "preparations">;
  /** Notifies the worker that keeps a session's sandbox that it must stop the sandbox. */
  readonly noticeHandOver: (sessionId: string) => Promise<void>;
}

/**
 * Waits until no other worker has a sandbox for the session. Notifies a worker that has one, so that it releases the
 * sandbox. Throws `sandbox_unavailable` if that worker does not release it within 20 seconds, or if the work of a lost
 * worker is not removed within this time. Throws the signal's reason if the signal aborts.
 */
export async function waitForOthers(
  { store, workerId, noticeHandOver }: OtherWorkers,
  sessionId: string,
  signal: AbortSignal,
): Promise<void> {
  let askedAt = Number.NEGATIVE_INFINITY;
  const isFree = async () => {
    const [kept, prepared] = await Promise.all([
      store.warmSandboxRecords.find(sessionId),
      store.preparations.find(sessionId),
    ]);
    // A row of this worker without a sandbox in the pool is left over from a sandbox that has stopped.
    const holders = [kept?.workerId ?? workerId, prepared?.workerId ?? workerId];
    if (holders.every((holder) => holder === workerId)) return true;
    if (performance.now() - askedAt >= askEveryMs) {
      askedAt = performance.now();
      await noticeHandOver(sessionId);
    }
    return false;
  };
  if (await pollUntil(isFree, { every: lookEveryMs, timeoutMs: handOverLimitMs, signal })) return;
  throw new AppError(
    "sandbox_unavailable",
    "Another worker has not released the session's sandbox, or was lost and its work could not be removed yet. See the workers' logs for the reason, then send the message again.",
  );
}
