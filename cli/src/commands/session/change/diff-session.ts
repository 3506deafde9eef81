import type { Cli, Outcome } from "../../../cli.ts";
import { styled, type Terminal } from "../../../terminal.ts";
import { findDiffs, type RepositoryDiff } from "./find-diffs.ts";

interface DiffOptions {
  readonly repo?: string;
  readonly stat?: boolean;
}

/** Piped, it is the patch itself, byte for byte, for `git apply` and the like. */
export async function showDiff(cli: Cli, id: string, { repo, stat }: DiffOptions): Promise<Outcome> {
  const client = cli.client();
  const found = await findDiffs(client, await client.session.retrieve(id), repo);
  const { terminal } = cli;
  if (cli.isJson) {
    terminal.json({ items: found.map(({ repository, diff }) => ({ repository, ...diff })) });
    return 0;
  }
  if (found.length === 0) terminal.note("The session has changed nothing so far.");
  for (const one of found) {
    if (stat) printCounts(terminal, one);
    else if (terminal.isInteractive) {
      printCounts(terminal, one);
      printPatch(terminal, one.diff.data);
    } else terminal.raw(one.diff.data);
  }
  return 0;
}

function printCounts(terminal: Terminal, { repository, diff }: RepositoryDiff): void {
  const { additions, deletions, changedFiles, branch } = diff;
  terminal.line(
    styled("bold", repository),
    branch === null ? "" : ` on ${branch}`,
    `: ${changedFiles} ${changedFiles === 1 ? "file" : "files"}, `,
    styled("green", `+${additions}`),
    " ",
    styled("red", `-${deletions}`),
  );
}

/** In git's colours. */
function printPatch(terminal: Terminal, patch: string): void {
  for (const line of patch.replace(/\n$/, "").split("\n")) {
    if (/^(diff |index |--- |\+\+\+ |new file|deleted file|rename |similarity )/.test(line))
      terminal.line(styled("bold", line));
    else if (line.startsWith("@@")) terminal.line(styled("cyan", line));
    else if (line.startsWith("+")) terminal.line(styled("green", line));
    else if (line.startsWith("-")) terminal.line(styled("red", line));
    else terminal.line(line);
  }
}
