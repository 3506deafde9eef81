import type { SessionEvent } from "../../core/sessions/index.ts";
import { eventView } from "../routes/session/event-view.ts";

const texts = new WeakMap<SessionEvent, string>();

/** Returns the event in the format of the API, serialized once for all watchers that share the same read. */
export function eventJson(event: SessionEvent): string {
  let text = texts.get(event);
  if (text === undefined) {
    text = JSON.stringify(eventView(event));
    texts.set(event, text);
  }
  return text;
}
