import { type HarnessInfo, maxAvailableCommands } from "../../access/index.ts";
import { AppError } from "../../base/index.ts";
import type { SessionsQueries } from "../ports.ts";
import type { SlashCommand } from "./message.ts";

const maxNamed = 30;

/**
 * Requires that the harness has the command in this session. Accepts any command until the harness has reported its
 * commands in the session. Throws `invalid_input` with the known commands.
 */
export async function requireCommand(
  { events }: Pick<SessionsQueries, "events">,
  sessionId: string,
  { command }: SlashCommand,
  harness: Pick<HarnessInfo, "name" | "displayName">,
): Promise<void> {
  const known = await events.availableCommands(sessionId, harness.name);
  // A list of that length was truncated, so a missing command may still exist.
  if (known === null || known.length >= maxAvailableCommands) return;
  const [name = ""] = command.replace(/^\/+/, "").split(/\s/, 1);
  if (known.includes(name)) return;
  throw new AppError(
    "invalid_input",
    `${harness.displayName} has no command ${JSON.stringify(`/${name.slice(0, 100)}`)} in this session. ${whatThereIs(known)}.`,
    { field: "slashCommand.command" },
  );
}

function whatThereIs(known: readonly string[]): string {
  if (known.length === 0) return 'Remove "slashCommand", because the harness has no commands';
  const more = known.length - maxNamed;
  return `Use one of these as "slashCommand.command": ${known.slice(0, maxNamed).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}
