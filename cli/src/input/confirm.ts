import type { Cli } from "../cli.ts";
import { CommandError } from "../failure.ts";

/**
 * Asks a person at a terminal to confirm an irreversible action; `what` is a sentence that states what will be lost.
 * Does not ask in scripts or with `--yes`. Throws `CommandError` unless the answer is yes.
 */
export async function confirm(cli: Cli, what: string): Promise<void> {
  if (cli.isAgreed) return;
  const answer = await cli.terminal.ask(`${what} Continue? [y/N] `);
  if (answer === null || /^y(es)?$/i.test(answer.trim())) return;
  throw new CommandError("Nothing was changed.", "add --yes to skip the confirmation.");
}
