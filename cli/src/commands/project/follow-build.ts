import { APIConnectionError, type Tembo } from "@tembo-io/sdk";
import { type Cli, interruptedStatus, type Outcome, withInterrupt } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { asSentence, withReason } from "../../sentence.ts";
import { shellWord } from "../../shell-word.ts";
import { maxAttempts } from "../session/watch/follow.ts";

interface Followed {
  readonly projectId: string;
  readonly buildId: string;
  /** The project as the user named it. */
  readonly named: string;
}

/**
 * Prints the log of a build until the build ends. With `--json`, prints one line per piece of the log, and then the
 * build. Returns exit status 130 after Ctrl-C, which does not cancel the build. Throws `CommandError` if the build failed
 * or was canceled.
 */
export async function followBuild(cli: Cli, client: Tembo, followed: Followed): Promise<Outcome> {
  const { projectId, buildId, named } = followed;
  const { isInterrupted } = await withInterrupt(cli, (signal) => printLog(cli, client, followed, signal));
  const again = `tembo project logs ${shellWord(named)} ${buildId} --follow`;
  if (isInterrupted) {
    cli.terminal.note("The build continues in the background.");
    cli.terminal.hint(again);
    return interruptedStatus;
  }
  const { logs: _, ...build } = await client.projects.builds.retrieve(projectId, buildId);
  if (cli.isJson) cli.terminal.json(build, "line");
  if (build.status === "failed") throw new CommandError(withReason("The build failed", build.failure ?? ""));
  if (build.status === "cancelled") throw new CommandError("The build was canceled.");
  if (!cli.isJson) cli.terminal.note("The build completed. New sessions start from its environment.");
  return 0;
}

async function printLog(
  cli: Cli,
  client: Tembo,
  { projectId, buildId, named }: Followed,
  signal: AbortSignal,
): Promise<void> {
  let wasReached = false;
  const onOpen = () => {
    wasReached = true;
  };
  try {
    const options = { signal, maxAttempts, onOpen };
    for await (const text of client.projects.builds.log(projectId, buildId, options)) {
      if (cli.isJson) cli.terminal.json({ text }, "line");
      else cli.terminal.flow(text);
    }
  } catch (cause) {
    // Throws the original error if the server was never reachable.
    if (!wasReached || !(cause instanceof APIConnectionError)) throw cause;
    throw new CommandError(
      `${asSentence(cause)} The build may still be running.`,
      `tembo project logs ${shellWord(named)} ${buildId} --follow`,
      { cause },
    );
  }
}
