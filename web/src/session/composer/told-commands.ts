import type { SessionEvent } from "@tembo-io/sdk";
import type { ToldCommand } from "../../completion/scope.ts";

/** The commands that the harness of the session said it has, since it is this harness; null before it has said so. Pure. */
export function toldCommands(events: readonly SessionEvent[]): readonly ToldCommand[] | null {
  const last = events.findLast(
    ({ eventType }) => eventType === "availableCommands" || eventType === "session.agentChanged",
  );
  if (last?.eventType !== "availableCommands") return null;
  const { commands } = last.eventData as { readonly commands?: unknown };
  if (!Array.isArray(commands)) return null;
  return commands.flatMap((command: Partial<Record<keyof ToldCommand, unknown>> | null) =>
    typeof command?.name === "string"
      ? [
          {
            name: command.name,
            description: typeof command.description === "string" ? command.description : "",
          },
        ]
      : [],
  );
}
