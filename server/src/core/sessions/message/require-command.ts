import { type HarnessInfo, maxAvailableCommands } from "../../access/index.ts";
import { AppError } from "../../base/index.ts";
import type { SessionsQueries } from "../ports.ts";
import type { SlashCommand } from "./message.ts";

const maxNamed = 30;

/**
 * That the harness has not said of the session that it lacks the command: what it has is known once it has worked in the session, and
 * until then any command is passed on to it. Throws `invalid_input` that says what there is.
 */
export async function requireCommand(
  { events }: Pick<SessionsQueries, "events">,
  sessionId: string,
  { command }: SlashCommand,
  harness: Pick<HarnessInfo, "name" | "displayName">,
): Promise<void> {
  const known = await events.availableCommands(sessionId, harness.name);
  // A list of that length was cut, so that nobody knows what it lacks.
  if (known === null || known.length >= maxAvailableCommands) return;
  const [name = ""] = command.replace(/^\/+/, "").split(/\s/, 1);
  if (known.includes(name)) return;
  throw new AppError(
    "invalid_input",
    `${harness.displayName} has no command ${JSON.stringify(`/${name.slice(0, 100)}`)} in this session: "slashCommand.command" is ${whatThereIs(known)}.`,
    { field: "slashCommand.command" },
  );
}

function whatThereIs(known: readonly string[]): string {
  if (known.length === 0) return "nothing that it takes";
  const more = known.length - maxNamed;
  return `one of ${known.slice(0, maxNamed).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}
