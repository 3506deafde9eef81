import { pollUntil } from "../../../runtime/poll-until.ts";
import { AppError } from "../../base/index.ts";
import type { SessionsStore } from "../../sessions/index.ts";

/** Time within which another worker releases the sandbox or is found to be dead. */
export const handOverLimitMs = 20_000;
const lookEveryMs = 100;
/** The notice is repeated, because it is lost while a worker is briefly disconnected. */
const askEveryMs = 1_000;

export interface OtherWorkers {
  /** Id of this worker. */
  readonly workerId: string;
  readonly store: Pick<SessionsStore, "keptWarmSandboxes">;
  /** Notifies the worker that keeps a session's sandbox to stop it. */
  readonly noticeLetGo: (sessionId: string) => Promise<void>;
}

/**
 * Waits until no other worker keeps a sandbox of the session, and notifies the one that does to release it. Throws
 * `sandbox_unavailable` if that worker does not release it, and the signal's reason if the signal aborts.
 */
export async function waitForOthers(
  { store, workerId, noticeLetGo }: OtherWorkers,
  sessionId: string,
  signal: AbortSignal,
): Promise<void> {
  let askedAt = Number.NEGATIVE_INFINITY;
  const isFree = async () => {
    const kept = await store.keptWarmSandboxes.find(sessionId);
    // This worker's row without a sandbox in the pool remains from a sandbox that has ended.
    if (kept === null || kept.workerId === workerId) return true;
    if (performance.now() - askedAt >= askEveryMs) {
      askedAt = performance.now();
      await noticeLetGo(sessionId);
    }
    return false;
  };
  if (await pollUntil(isFree, { every: lookEveryMs, timeoutMs: handOverLimitMs, signal })) return;
  throw new AppError(
    "sandbox_unavailable",
    "Another worker holds the session's sandbox and has not released it. Check that worker's log, then send the message again.",
  );
}
