import { AppError } from "../../base/index.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import type { Session } from "../session/session.ts";
import { getMessage, noMessage } from "./get-message.ts";
import type { ShownMessage } from "./shown-message.ts";

export interface Waiting {
  readonly session: Session;
  readonly message: ShownMessage;
}

/**
 * Runs `work` with a queued message in a transaction that locks the message's session, so that no turn starts in the
 * meantime. Throws `not_found` if the message does not exist, or `conflict` if a turn has started with it.
 */
export async function changeQueued<T>(
  ports: Pick<SessionsPorts, "store">,
  organizationId: string,
  id: string,
  work: (tx: SessionsTransaction, waiting: Waiting) => Promise<T>,
): Promise<T> {
  const { sessionId } = await getMessage(ports.store, organizationId, id);
  return ports.store.transaction(async (tx) => {
    const session = await tx.sessions.lock(organizationId, sessionId);
    const message = await tx.messages.find(organizationId, id);
    if (session === null || message === null) throw noMessage(id);
    if (message.state !== "queued") {
      throw new AppError(
        "conflict",
        `Message ${id} cannot be changed, because it is no longer queued. Send another message, or stop the session.`,
      );
    }
    return work(tx, { session, message });
  });
}
