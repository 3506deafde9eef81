import type { Viewer } from "../../accounts/index.ts";
import { AppError, newId } from "../../base/index.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import { changeQueued } from "./change-queued.ts";
import { moveBefore, moveTo } from "./decide-order.ts";
import { getMessage, noMessage } from "./get-message.ts";
import type { Message } from "./message.ts";
import { messageMoved } from "./message-moved.ts";
import { readWords } from "./read-words.ts";
import type { ShownMessage } from "./shown-message.ts";
import { steerQueued } from "./steer-queued.ts";

export interface MessageChange {
  readonly content?: string;
  /** New rich content, or null to remove it. */
  readonly richContent?: Message["references"]["richContent"];
  readonly place?: MessagePlace;
}

/** Position in the queue, or `steer` for the running turn. */
export type MessagePlace = QueuePlace | { readonly mode: "steer" };

/** Position counted from 0, or the position directly before another queued message. */
type QueuePlace = { readonly position: number } | { readonly beforeMessageId: string };

/**
 * Edits or moves a queued message, or changes it to a steering message and notifies the worker of the running turn. A
 * repeated request that only steers succeeds even after a turn has taken the message. Throws `not_found` if the message
 * does not exist. Throws `conflict` if a turn has started with the message, or if a message to move already has a
 * queued turn. Throws `forbidden` for an edit if the user did not send the message. Throws `invalid_input` if the new
 * content is blank or contains a NUL character, or if `beforeMessageId` is not queued in the session. Throws the errors
 * of `steerQueued`.
 */
export async function updateMessage(
  ports: Pick<SessionsPorts, "store" | "clock" | "engine" | "harnesses" | "modelProviders">,
  { organizationId, userId }: Viewer,
  id: string,
  change: MessageChange,
): Promise<ShownMessage> {
  if (isSteerAlone(change)) {
    const message = await getMessage(ports.store, organizationId, id);
    // This is a retry after a lost response. The change has been made, regardless of later changes to the message.
    if (message.delivery.mode === "steer" && message.state !== "queued") return message;
  }
  const content = change.content === undefined ? undefined : readWords(change.content);
  const changeId = newId();
  const { changed, steersTurnId } = await changeQueued(ports, organizationId, id, async (tx, waiting) => {
    const { message } = waiting;
    if (content !== undefined || change.richContent !== undefined) {
      requireSender(userId, message);
      await edit(ports, tx, message, { ...change, content }, changeId);
    }
    let steersTurnId: string | null = null;
    if (change.place !== undefined && "mode" in change.place) {
      ({ steersTurnId } = await steerQueued(ports, tx, waiting, changeId));
    } else if (change.place !== undefined) await move(tx, message, change.place, changeId);
    const changed = await tx.messages.find(organizationId, id);
    if (changed === null) throw noMessage(id);
    return { changed, steersTurnId };
  });
  if (steersTurnId !== null) await ports.engine.noticeSteering(steersTurnId);
  return changed;
}

function isSteerAlone({ content, richContent, place }: MessageChange): boolean {
  return content === undefined && richContent === undefined && place !== undefined && "mode" in place;
}

/**
 * Throws `forbidden` unless the user sent the message. Only the sender may change the content, because the turn commits
 * as the sender and uses the sender's personal connections.
 */
function requireSender(userId: string, { sentByUserId }: ShownMessage): void {
  if (sentByUserId === userId) return;
  throw new AppError(
    "forbidden",
    "Only the person who sent a message can edit it. Move or delete it, or send a message of your own.",
  );
}

async function edit(
  ports: Pick<SessionsPorts, "clock">,
  tx: SessionsTransaction,
  message: Message,
  change: {
    readonly content: string | undefined;
    readonly richContent?: Message["references"]["richContent"];
  },
  changeId: string,
): Promise<void> {
  const content = change.content ?? message.content;
  const { richContent = message.references.richContent } = change;
  await tx.messages.edit(message.id, { content, richContent }, ports.clock.now());
  await tx.events.append(message.sessionId, null, [
    {
      key: `message:${message.id}:edited:${changeId}`,
      messageId: message.id,
      data: { type: "message.edited", content },
    },
  ]);
}

async function move(
  tx: SessionsTransaction,
  message: Message,
  place: QueuePlace,
  changeId: string,
): Promise<void> {
  const queue = (await tx.messages.queued(message.sessionId)).map(({ id }) => id);
  if (!queue.includes(message.id)) {
    throw new AppError(
      "conflict",
      `Message ${message.id} cannot be moved, because its turn is about to start. Move other messages, or send a new one.`,
    );
  }
  const order =
    "position" in place
      ? moveTo(queue, message.id, place.position)
      : moveBefore(queue, message.id, place.beforeMessageId);
  if (order === null) {
    throw new AppError(
      "invalid_input",
      `"beforeMessageId" is not a queued message in this session. List queued messages with "tembo session queue ${message.sessionId}".`,
      { field: "beforeMessageId" },
    );
  }
  await tx.messages.setOrder(message.sessionId, order);
  await tx.events.append(message.sessionId, null, [messageMoved(message.id, order, changeId)]);
}
