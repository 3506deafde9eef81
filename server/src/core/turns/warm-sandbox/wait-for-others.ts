import { pollUntil } from "../../../runtime/poll-until.ts";
import { AppError } from "../../base/index.ts";
import type { SessionsStore } from "../../sessions/index.ts";

/** Another worker lets go within moments, or is found to be dead within some. */
export const handOverLimitMs = 20_000;
const lookEveryMs = 100;
/** A notice is lost where a worker is without its connection for a moment. */
const askEveryMs = 1_000;

export interface OtherWorkers {
  /** This one's. */
  readonly workerId: string;
  readonly store: Pick<SessionsStore, "keptSandboxes">;
  /** Tells the worker that keeps a session's sandbox to stop it. */
  readonly noticeLetGo: (sessionId: string) => Promise<void>;
}

/**
 * Returns once no other worker keeps a sandbox of the session, and asks the one that does to let go. Throws
 * `sandbox_unavailable` when it does not, and the signal's reason.
 */
export async function waitForOthers(
  { store, workerId, noticeLetGo }: OtherWorkers,
  sessionId: string,
  signal: AbortSignal,
): Promise<void> {
  let askedAt = Number.NEGATIVE_INFINITY;
  const isFree = async () => {
    const kept = await store.keptSandboxes.find(sessionId);
    // A row of our own without a machine: what it was of has ended.
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
    "Another worker keeps the session's sandbox and does not let go; look at its log, then send the message again.",
  );
}
