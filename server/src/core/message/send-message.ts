import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Ports } from "../ports/index.ts";
import type { Transaction } from "../ports/store.ts";
import { refuseNul } from "../refuse-nul.ts";
import { promptOf } from "../session/create-session.ts";
import type { Session } from "../session/session.ts";
import { enqueueTurn, messageQueued } from "../turn/enqueue-turn.ts";
import { findMessage } from "./find-message.ts";
import type { Message, MessageAuthor, MessageSource } from "./message.ts";

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
  input: {
    readonly sessionId: string;
    readonly content: string;
    readonly author?: MessageAuthor | null;
    readonly source?: MessageSource | null;
    /** Given by who may send the same words again: a message that is there already is left as it is. */
    readonly messageId?: string;
    /** Part of the same transaction, before anything is written; a throw keeps the message from being sent, and passes on. */
    readonly within?: (tx: Transaction) => Promise<void>;
  },
): Promise<SentMessage> {
  refuseNul("content", input.content);
  const words = input.content.toWellFormed();
  if (words.trim() === "")
    throw new AppError("invalid_input", 'The "content" is empty; say what shall be done.');
  // Made out here: a transaction whose commit was lost from sight is tried again, and then changes nothing.
  const ids = { message: input.messageId ?? newId(), turn: newId() };
  return ports.store.transaction(async (tx) => {
    const session = await tx.sessions.lock(organizationId, input.sessionId);
    if (session === null) throw new AppError("not_found", `There is no session ${input.sessionId}.`);
    const sent = input.messageId === undefined ? null : await findMessage(tx, input.messageId);
    if (sent !== null) return { message: sent, session, turnId: sent.turnId };
    await input.within?.(tx);
    const now = ports.clock.now();
    const content = session.status === "draft" ? `${promptOf(session)}\n\n${words}` : words;
    const busy = await tx.turns.active(session.id);
    const isBusy = busy !== null && busy.id !== ids.turn;
    const turnId = isBusy ? null : ids.turn;
    const message: Message = {
      id: ids.message,
      sessionId: session.id,
      content,
      author: input.author ?? null,
      source: input.source ?? null,
      turnId,
      createdAt: now,
    };
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
