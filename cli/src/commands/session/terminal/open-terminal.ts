import type { Command } from "commander";
import { type Cli, type Outcome, type Registry, withInterrupt } from "../../../cli.ts";
import { exitCodes } from "../../../exit-codes.ts";
import { UsageError } from "../../../failure.ts";
import { styled } from "../../../terminal.ts";
import { attachShell } from "./attach-shell.ts";

export function addTerminalCommand(session: Command, runs: Registry["runs"]): void {
  session
    .command("terminal")
    .description(
      "open a shell in a session's running sandbox; exits with the shell's exit code; Ctrl-] closes it",
    )
    .argument("<session>", "session ID")
    .action(runs(openTerminal));
}

/**
 * Opens a shell in the session's sandbox. Returns the shell's exit code, or 1 if the shell was killed. Throws
 * `UsageError` without a terminal, and the SDK's errors.
 */
async function openTerminal(cli: Cli, id: string): Promise<Outcome> {
  const { stdin, stdout } = cli.terminal.streams;
  if (cli.isJson || !cli.terminal.isInteractive || !stdin.isTTY)
    throw new UsageError(
      "This command needs a terminal.",
      'run it in a terminal, without --json and pipes; "tembo session message" sends a task from a script.',
    );
  const size = () => ({ rows: stdout.rows || 24, columns: stdout.columns || 80 });
  const client = cli.client();
  // Until the shell has started, Ctrl-C aborts the request. From then on, the shell receives it.
  const { result: shell } = await withInterrupt(cli, async (signal) => {
    try {
      return await client.session.terminal(id, { ...size(), signal });
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  });
  if (shell === null) return exitCodes.interrupted.code;
  cli.terminal.note(styled("dim", `Connected to the sandbox of session ${id}. Ctrl-] closes the terminal.`));
  const end = await attachShell(shell, { stdin, stdout, size });
  if (end === "closed") {
    cli.terminal.note(styled("dim", "Closed the terminal."));
    return exitCodes.ok.code;
  }
  return shell.exitCode ?? exitCodes.failed.code;
}
