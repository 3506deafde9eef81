import type { Cli } from "../cli.ts";
import { CommandError } from "../failure.ts";

/**
 * Asks the user to confirm an irreversible action. `what` is a sentence that states what will be lost. Skips the
 * question without a terminal or with `--yes`. Throws `CommandError` if the user declines.
 */
export async function confirm(cli: Cli, what: string): Promise<void> {
  if (cli.isAgreed) return;
  const answer = await cli.terminal.ask(`${what} Continue? [y/N] `);
  if (answer === null || /^y(es)?$/i.test(answer.trim())) return;
  throw new CommandError("Nothing was changed.");
}
