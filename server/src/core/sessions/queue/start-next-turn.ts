import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import { sessionStatusOf } from "../turn/turn-states.ts";
import { enqueueTurn } from "./enqueue-turn.ts";

/**
 * Enqueues a turn for the next queued message, if any, of a session without an active turn. The caller must have locked
 * the session's row.
 */
export async function startNextTurn(
  ports: Pick<SessionsPorts, "engine" | "clock">,
  tx: SessionsTransaction,
  session: { readonly id: string },
): Promise<void> {
  const message = await tx.messages.nextQueued(session.id);
  if (message === null) return;
  await enqueueTurn(ports, tx, { session, message });
  await tx.sessions.setStatus(session.id, sessionStatusOf("queued"), ports.clock.now());
}
