import type { EventData } from "../../sessions/index.ts";

/** Events that do not show that the agent worked, or that its work was lost. */
const otherTypes: ReadonlySet<EventData["type"]> = new Set([
  "turn.resumed",
  "turn.step",
  "session.titled",
  "title",
  "mode",
  "availableCommands",
  "usage",
]);

/**
 * True if the harness has finished its answer to the turn's prompt, and nothing has happened since. A worker may be lost
 * between this answer and the record of its step. The next attempt must not send the prompt again. Pure.
 */
export function isPromptAnswered(events: readonly EventData[]): boolean {
  const last = events.findLast(({ type }) => !otherTypes.has(type));
  return last?.type === "harness.ended" && last.stopReason !== "cancelled";
}
