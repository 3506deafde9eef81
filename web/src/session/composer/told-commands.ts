import type { SessionEvent } from "@tembo-io/sdk";
import type { ToldCommand } from "../../completion/scope.ts";

/** Returns the commands that the current harness offers, or null before it has sent them. Pure. */
export function toldCommands(events: readonly SessionEvent[]): readonly ToldCommand[] | null {
  for (const { eventData } of events.toReversed()) {
    if (eventData.type === "session.agentChanged") return null;
    if (eventData.type === "availableCommands")
      return eventData.commands.map(({ name, description }) => ({ name, description }));
  }
  return null;
}
