import type { SessionEvent } from "../../core/sessions/index.ts";
import { eventView } from "../routes/session/event-view.ts";

const texts = new WeakMap<SessionEvent, string>();

/** Returns the event as JSON in the API's format. Serializes each event object only once, because several watchers share it. */
export function eventJson(event: SessionEvent): string {
  let text = texts.get(event);
  if (text === undefined) {
    text = JSON.stringify(eventView(event));
    texts.set(event, text);
  }
  return text;
}
