import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Ports } from "../ports/index.ts";
import { promptOf, refuseNul } from "../session/create-session.ts";
import type { Session } from "../session/session.ts";
import { enqueueTurn, messageQueued } from "../turn/enqueue-turn.ts";
import type { Message } from "./message.ts";

export interface SentMessage {
  readonly message: Message;
  readonly session: Session;
  /** The turn that works it; null while an earlier one is busy. */
  readonly turnId: string | null;
}

/** Adds a message to a session. When nothing runs it starts a turn in the same transaction; a draft's prompt comes before it. */
export async function sendMessage(
  ports: Ports,
  organizationId: string,
  input: { readonly sessionId: string; readonly content: string },
): Promise<SentMessage> {
  refuseNul("content", input.content);
  if (input.content.trim() === "")
    throw new AppError("invalid_input", 'The "content" is empty; say what shall be done.');
  return ports.store.transaction(async (tx) => {
    const session = await tx.sessions.lock(organizationId, input.sessionId);
    if (session === null) throw new AppError("not_found", `There is no session ${input.sessionId}.`);
    const now = ports.clock.now();
    const content = session.status === "draft" ? `${promptOf(session)}\n\n${input.content}` : input.content;
    const isBusy = (await tx.turns.active(session.id)) !== null;
    const turnId = isBusy ? null : newId();
    const message: Message = { id: newId(), sessionId: session.id, content, turnId, createdAt: now };
    await tx.messages.insert(message);
    if (isBusy) {
      await tx.events.append(session.id, null, [messageQueued(message)]);
      return { message, session, turnId: null };
    }
    await enqueueTurn(ports, tx, { session, message });
    await tx.sessions.setStatus(session.id, "queued", now);
    return { message, session, turnId };
  });
}
