import type { NewEvent } from "../event/event.ts";

export function messageMoved(id: string, order: readonly string[], changeId: string): NewEvent {
  return {
    key: `message:${id}:moved:${changeId}`,
    messageId: id,
    data: { type: "message.moved", position: order.indexOf(id), order },
  };
}
