import { addItem, type Draft } from "./draft.ts";
import type { Told } from "./event-data.ts";

/** A message waits until its turn begins or it joins one; only then it stands in the transcript. */
export function applyMessage(draft: Draft, { data, messageId, at }: Told): void {
  if (messageId === null) return;
  switch (data.type) {
    case "message.queued":
      draft.waiting = [
        ...draft.waiting,
        { messageId, content: data.content, attachments: data.attachments ?? [] },
      ];
      return;
    case "message.edited":
      draft.waiting = draft.waiting.map((waiting) =>
        waiting.messageId === messageId ? { ...waiting, content: data.content } : waiting,
      );
      return;
    case "message.moved":
      draft.waiting = inOrder(draft.waiting, data.order);
      return;
    case "message.deleted":
      draft.waiting = without(draft.waiting, messageId);
      return;
    case "message.steered":
      takeMessage(draft, messageId, { at, isSteered: data.how !== "prompted" });
      return;
  }
}

/** Moves a message that waits to the end of the transcript. One that does not wait is there already. */
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

/** What the order does not name stays behind the others. */
function inOrder(waiting: Draft["waiting"], order: readonly string[]): Draft["waiting"] {
  const rank = (messageId: string) => {
    const index = order.indexOf(messageId);
    return index === -1 ? order.length : index;
  };
  return waiting.toSorted((one, other) => rank(one.messageId) - rank(other.messageId));
}
