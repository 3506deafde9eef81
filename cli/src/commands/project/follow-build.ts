import type { BuildLogOptions, Tembo } from "@tembo-io/sdk";
import { type Cli, interruptedStatus, type Outcome, withInterrupt } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { printLog } from "../../print-log.ts";
import { withReason } from "../../sentence.ts";
import { shellWord } from "../../shell-word.ts";

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
  const again = `tembo project logs ${shellWord(named)} ${buildId} --follow`;
  const log = {
    follow: (options: BuildLogOptions) => client.projects.builds.log(projectId, buildId, options),
    stillRuns: "The build may still be running.",
    again,
  };
  const { isInterrupted } = await withInterrupt(cli, (signal) => printLog(cli, log, signal));
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
