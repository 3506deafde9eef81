import type { SessionEvent } from "../../core/sessions/index.ts";
import { eventView } from "../routes/session/event-view.ts";

const texts = new WeakMap<SessionEvent, string>();

/** The event as the API shows it, written once for all watchers that the same read serves. */
export function eventJson(event: SessionEvent): string {
  let text = texts.get(event);
  if (text === undefined) {
    text = JSON.stringify(eventView(event));
    texts.set(event, text);
  }
  return text;
}
