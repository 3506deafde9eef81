import { nameOf, type Viewer } from "../../accounts/index.ts";
import { AppError } from "../../base/index.ts";
import { stopWithin } from "../end/stop-session.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import { archive, unarchive } from "../session/archive-session.ts";
import { canSee } from "../session/require-visible.ts";
import type { Session } from "../session/session.ts";
import type { SessionAttempt } from "./attempt.ts";

/** Caller that keeps an attempt. */
export interface AttemptKeeper extends Viewer {
  readonly keyId: string;
  readonly requestId: string;
}

/**
 * Keeps one of several attempts, and restores it if it is archived. Stops the others that the caller can see, and archives
 * those whose turn has ended. A job does the rest (`endAttempt`). Repeating it requests what is not done yet. Throws
 * `not_found` if the session does not exist, or `conflict` if it is not one of several attempts, or if another attempt was
 * kept.
 */
export async function keepAttempt(
  ports: Pick<SessionsPorts, "store" | "clock" | "engine">,
  keeper: AttemptKeeper,
  sessionId: string,
): Promise<void> {
  const { organizationId, userId, keyId, requestId } = keeper;
  const place = await getAttempt(ports.store, sessionId);
  const keptId = place.sessionId;
  const interrupted = await ports.store.transaction(async (tx) => {
    const group = await tx.attempts.lockGroup(organizationId, place.groupId);
    const wanted = decideKeep(group, keptId);
    const notice = await noticeOf(tx, userId, wanted);
    const turnIds: string[] = [];
    for (const { sessionId: id, state } of group) {
      const session = await tx.sessions.lock(organizationId, id);
      if (session === null || (id !== keptId && !(await canSee(tx, keeper, session)))) continue;
      await tx.events.append(id, null, [notice]);
      if (id === keptId) {
        await unarchive(ports, tx, session);
        await tx.attempts.setState(id, "kept");
      } else if (state !== "ended") {
        await tx.attempts.setState(id, "ending");
        const { interruptedTurnId } = await stopAndArchive(ports, tx, session);
        if (interruptedTurnId !== null) turnIds.push(interruptedTurnId);
        await ports.engine.enqueueJob(tx, { kind: "attemptEnd", sessionId: id, userId, keyId, requestId });
      }
    }
    return turnIds;
  });
  for (const turnId of interrupted) await ports.engine.noticeStop(turnId);
}

/** Returns the attempt. Throws `conflict` if the session is not one of several attempts. */
export async function getAttempt(
  store: Pick<SessionsPorts["store"], "attempts">,
  sessionId: string,
): Promise<SessionAttempt> {
  const attempt = await store.attempts.find(sessionId);
  if (attempt !== null) return attempt;
  throw new AppError(
    "conflict",
    `Session ${sessionId} is not one of several attempts. Create a session with "attempts".`,
  );
}

/**
 * Stops a session that the transaction has locked, and deletes its queued messages. Archives it if no turn is running.
 * After the commit, the caller notifies the worker of `interruptedTurnId`, and calls this again once that turn has ended.
 */
export async function stopAndArchive(
  ports: Pick<SessionsPorts, "clock" | "engine">,
  tx: SessionsTransaction,
  session: Session,
): Promise<{ readonly interruptedTurnId: string | null }> {
  const { organizationId, id: sessionId } = session;
  const { interruptedTurnId } = await stopWithin(ports, tx, {
    organizationId,
    sessionId,
    cancelsQueued: true,
  });
  if (interruptedTurnId === null) await archive(ports, tx, session);
  return { interruptedTurnId };
}

/** Returns the attempt to keep. Pure. */
function decideKeep(group: readonly SessionAttempt[], sessionId: string): SessionAttempt {
  const wanted = group.find((one) => one.sessionId === sessionId);
  if (wanted === undefined) throw new AppError("not_found", `Session ${sessionId} was not found.`);
  const kept = group.find(({ state }) => state === "kept");
  if (kept === wanted || group.every(({ state }) => state === "open")) return wanted;
  // The session of the kept attempt may have been deleted.
  const which = kept === undefined ? "Another attempt" : `Attempt ${kept.number}`;
  throw new AppError(
    "conflict",
    `${which} was already kept. Continue this one with a message, which restores its session.`,
  );
}

async function noticeOf(
  tx: SessionsTransaction,
  userId: string,
  { sessionId, number, count }: SessionAttempt,
) {
  const user = await tx.users.find(userId);
  const who = user?.name ?? nameOf(user) ?? "A person";
  const message = `${who} kept attempt ${number} of ${count}.`;
  return { key: `kept:${sessionId}`, messageId: null, data: { type: "notice", message } } as const;
}
