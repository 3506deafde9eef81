import { parsePatch } from "@tembo-io/sdk";
import type { Cli, Outcome } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { counted } from "../../format.ts";
import { printPatch } from "../../print-patch.ts";
import { getPullRequestId, pullRequestName } from "./find-pull-request.ts";

/**
 * Prints the patch, or the paths of its files. Throws `CommandError` if the server has no patch, or, after printing, if
 * the patch has fewer changed lines than the pull request.
 */
export async function diffPullRequest(
  cli: Cli,
  named: string,
  { nameOnly }: { readonly nameOnly?: boolean },
): Promise<Outcome> {
  const client = cli.client();
  const pullRequest = await client.pullRequests.retrieve(await getPullRequestId(client, named));
  const { additions = 0, deletions = 0, data: patch = "" } = pullRequest.diff ?? {};
  const files = parsePatch(patch).map(({ lines, ...file }) => file);
  const shown = files.reduce((sum, file) => sum + file.additions + file.deletions, 0);
  const all = additions + deletions;
  // For other forges, the server has only the patches of sessions.
  const isKnown = patch !== "" || (all === 0 && pullRequest.externalProvider === "local");
  if (!isKnown)
    throw new CommandError(
      `The server has no patch for pull request ${pullRequestName(pullRequest)}, or the patch is too large.`,
      `see the changes at ${pullRequest.url}`,
    );
  const isComplete = shown >= all;
  if (cli.isJson)
    cli.terminal.json({ id: pullRequest.id, additions, deletions, files, data: patch, isComplete });
  else if (patch === "") cli.terminal.note("The pull request has no changes.");
  else if (nameOnly === true) for (const { path } of files) cli.terminal.line(path);
  else printPatch(cli.terminal, patch);
  if (isComplete) return 0;
  throw new CommandError(
    `The patch is incomplete: the pull request changes ${counted(all, "line")}, and the patch ${shown}.`,
    `see all changes at ${pullRequest.url}`,
  );
}
