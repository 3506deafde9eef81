import type { Appliers } from "./apply.ts";
import { addItem, type Draft } from "./draft.ts";

/**
 * Appliers for queued messages. A message moves to the transcript when its turn starts or when it joins a running turn.
 */
export const messageEvents = {
  "message.queued": (draft, { data, messageId }) => {
    if (messageId === null) return;
    draft.waiting = [
      ...draft.waiting,
      { messageId, content: data.content, attachments: data.attachments ?? [] },
    ];
  },
  "message.edited": (draft, { data, messageId }) => {
    if (messageId === null) return;
    draft.waiting = draft.waiting.map((waiting) =>
      waiting.messageId === messageId ? { ...waiting, content: data.content } : waiting,
    );
  },
  "message.moved": (draft, { data, messageId }) => {
    if (messageId === null) return;
    draft.waiting = inOrder(draft.waiting, data.order);
  },
  "message.deleted": (draft, { messageId }) => {
    if (messageId === null) return;
    draft.waiting = without(draft.waiting, messageId);
  },
  "message.steered": (draft, { data, at, messageId }) => {
    if (messageId === null) return;
    takeMessage(draft, messageId, { at, isSteered: data.how !== "prompted" });
  },
} satisfies Partial<Appliers>;

/** Moves a queued message to the end of the transcript. Does nothing if it has already been moved. */
export function takeMessage(
  draft: Draft,
  messageId: string,
  { at, isSteered }: { readonly at: string; readonly isSteered: boolean },
): void {
  const message = draft.waiting.find((waiting) => waiting.messageId === messageId);
  if (message === undefined) return;
  draft.waiting = without(draft.waiting, messageId);
  addItem(draft, messageKey(messageId), at, { kind: "message", ...message, isSteered });
}

function messageKey(messageId: string): string {
  return `message:${messageId}`;
}

function without(waiting: Draft["waiting"], messageId: string): Draft["waiting"] {
  return waiting.filter((message) => message.messageId !== messageId);
}

/** Sorts messages by `order`. Messages that `order` does not contain come last. */
function inOrder(waiting: Draft["waiting"], order: readonly string[]): Draft["waiting"] {
  const rank = (messageId: string) => {
    const index = order.indexOf(messageId);
    return index === -1 ? order.length : index;
  };
  return waiting.toSorted((one, other) => rank(one.messageId) - rank(other.messageId));
}
