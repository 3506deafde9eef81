import { type HarnessInfo, maxAvailableCommands } from "../../access/index.ts";
import { AppError } from "../../base/index.ts";
import type { SessionsQueries } from "../ports.ts";
import type { SlashCommand } from "./message.ts";

const maxNamed = 30;

/**
 * Throws `invalid_input`, with up to 30 known commands, if the harness does not have the command in this session.
 * Accepts any command if the harness has not yet reported its commands in the session, or if its report may have been
 * truncated.
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
