import { maxPatchBytes, type Session, type Tembo } from "@tembo-io/sdk";
import type { Cli, Outcome } from "../../../cli.ts";
import { bytes, counted } from "../../../format.ts";
import { printPatch } from "../../../print-patch.ts";
import { styled, type Terminal } from "../../../terminal.ts";
import { fetchCommand } from "./fetch-command.ts";
import { findDiffs, type RepositoryDiff } from "./find-diffs.ts";

interface DiffOptions {
  readonly repo?: string;
  readonly stat?: boolean;
}

/**
 * Prints the changes. If the output is piped, prints the patch unchanged, for tools such as `git apply`. Returns exit
 * status 1 if a patch is incomplete, unless only counts are printed as text.
 */
export async function showDiff(cli: Cli, id: string, { repo, stat }: DiffOptions): Promise<Outcome> {
  const client = cli.client();
  const session = await client.session.retrieve(id);
  const found = await findDiffs(client, session, repo);
  const { terminal } = cli;
  if (cli.isJson) {
    terminal.json({ items: found.map(toDiffJson) });
    return reportIncomplete(cli, client, session, found);
  }
  if (found.length === 0) terminal.note("The session has no changes yet.");
  for (const one of found) {
    if (stat) printCounts(terminal, one);
    else {
      if (terminal.isInteractive) printCounts(terminal, one);
      printPatch(terminal, one.patch);
    }
  }
  return stat ? 0 : reportIncomplete(cli, client, session, found);
}

/**
 * Reports each incomplete patch, with commands that fetch the complete change. Returns exit status 1 if there is one.
 */
async function reportIncomplete(
  { isJson, terminal }: Cli,
  client: Tembo,
  session: Session,
  found: readonly RepositoryDiff[],
): Promise<Outcome> {
  const incomplete = found.filter(({ isComplete }) => !isComplete);
  if (incomplete.length === 0) return 0;
  const commands = await Promise.all(incomplete.map((one) => fetchCommand(client, one, session)));
  if (isJson) {
    const names = incomplete.map(({ repository }) => repository).join(", ");
    terminal.failure({ message: describeIncomplete(names), next: commands.join("; ") });
    return 1;
  }
  for (const [index, { repository }] of incomplete.entries()) {
    terminal.note(styled("yellow", "incomplete: "), describeIncomplete(repository));
    terminal.hint(commands[index]!);
  }
  return 1;
}

const describeIncomplete = (repository: string) =>
  `The patch for ${repository} is incomplete, because it is larger than ${bytes(maxPatchBytes)} or has content that a patch cannot represent.`;

const toDiffJson = ({ repository, diff, patch, isComplete }: RepositoryDiff) => ({
  repository,
  ...diff,
  data: patch,
  isComplete,
});

function printCounts(terminal: Terminal, { repository, diff }: RepositoryDiff): void {
  const { additions, deletions, changedFiles, branch } = diff;
  terminal.line(
    styled("bold", repository),
    branch === null ? "" : ` on ${branch}`,
    `: ${counted(changedFiles, "file")}, `,
    styled("green", `+${additions}`),
    " ",
    styled("red", `-${deletions}`),
  );
}
