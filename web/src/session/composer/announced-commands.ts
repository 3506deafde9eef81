import type { SessionEvent } from "@tembo-io/sdk";
import type { AnnouncedCommand } from "../../completion/scope.ts";

/**
 * Returns the commands that the current harness announced, or null if it has not announced any since the session's
 * agent last changed. Pure.
 */
export function announcedCommands(events: readonly SessionEvent[]): readonly AnnouncedCommand[] | null {
  for (const { eventData } of events.toReversed()) {
    if (eventData.type === "session.agentChanged") return null;
    if (eventData.type === "availableCommands")
      return eventData.commands.map(({ name, description }) => ({ name, description }));
  }
  return null;
}
