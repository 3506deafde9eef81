import type { Session } from "@tembo-io/sdk";
import type { Cli, Outcome } from "../../../cli.ts";
import { CommandError, UsageError } from "../../../failure.ts";
import { counted } from "../../../format.ts";
import { withReason } from "../../../sentence.ts";
import { styled } from "../../../terminal.ts";
import { gitHere, lastWords } from "../../repo/git.ts";
import { fetchCommand } from "./fetch-command.ts";
import { findDiffs, type RepositoryDiff } from "./find-diffs.ts";

/**
 * Applies a session's changes to the work tree and the index. Returns exit status 1 if files contain conflicts
 * afterwards. Throws `CommandError` if the work tree is unsuitable, the patch is incomplete or the changes do not
 * apply.
 */
export async function applySession(
  cli: Cli,
  id: string,
  { repo }: { readonly repo?: string },
): Promise<Outcome> {
  const client = cli.client();
  // Checks the work tree first, to avoid unnecessary requests.
  const root = await checkoutRoot(cli);
  const session = await client.session.retrieve(id);
  const chosen = choose(session, await findDiffs(client, session, repo));
  if (!chosen.isComplete)
    throw new CommandError(
      `The patch for ${chosen.repository} is incomplete, so it was not applied.`,
      await fetchCommand(client, chosen, session),
    );
  const { status, stderr } = await gitHere(
    cli.env,
    ["-C", root, "apply", "--3way", "--whitespace=nowarn", "-"],
    chosen.patch,
  );
  const conflicts = status === 0 ? [] : await conflictsIn(cli, root);
  if (status !== 0 && conflicts.length === 0) {
    throw new CommandError(
      withReason("The changes do not apply to this checkout, and nothing was changed", lastWords(stderr)),
      `commit or stash your changes in the same files, and check out the session's base branch${session.targetBranch === null ? "" : ` ("git switch ${session.targetBranch} && git pull")`}.`,
    );
  }
  const { changedFiles, additions, deletions } = chosen.diff;
  if (cli.isJson) {
    cli.terminal.json({
      sessionId: session.id,
      repository: chosen.repository,
      changedFiles,
      additions,
      deletions,
      conflicts,
    });
    return conflicts.length === 0 ? 0 : 1;
  }
  cli.terminal.line(
    `Applied the session's changes to ${chosen.repository}: ${counted(changedFiles, "file")}, `,
    styled("green", `+${additions}`),
    " ",
    styled("red", `-${deletions}`),
  );
  for (const path of conflicts) cli.terminal.line(styled("yellow", "conflict: "), path);
  if (conflicts.length > 0) cli.terminal.hint('resolve the conflicts, then "git add" the files.');
  else if (cli.terminal.isInteractive)
    cli.terminal.hint('"git diff --cached" shows the changes. "git commit" commits them.');
  return conflicts.length === 0 ? 0 : 1;
}

/**
 * Returns the root of the work tree. Throws `CommandError` if the current folder is not in a work tree or changes are
 * staged.
 */
async function checkoutRoot(cli: Cli): Promise<string> {
  const top = await gitHere(cli.env, ["rev-parse", "--show-toplevel"]);
  const root = top.stdout.replace(/\n$/, "");
  if (top.status !== 0 || root === "")
    throw new CommandError(
      "The current folder is not a git checkout.",
      "change to a clone of the session's repository, and run the command again.",
    );
  const staged = await gitHere(cli.env, ["-C", root, "diff", "--cached", "--name-only"]);
  if (staged.status !== 0) throw new CommandError(withReason("git diff failed", lastWords(staged.stderr)));
  if (staged.stdout === "") return root;
  const count = staged.stdout.trimEnd().split("\n").length;
  throw new CommandError(
    `The index already has changes (${counted(count, "file")}), which would mix with the session's changes.`,
    'commit them with "git commit" or stash them with "git stash", and run the command again.',
  );
}

function choose(session: Session, found: readonly RepositoryDiff[]): RepositoryDiff {
  const [first, ...others] = found;
  if (first === undefined)
    throw new CommandError("The session has no changes yet.", `tembo session watch ${session.id}`);
  if (others.length === 0) return first;
  const names = found.map(({ repository }) => repository);
  throw new UsageError(
    `The session has changed ${found.length} repositories: ${names.join(", ")}.`,
    `select the repository of this checkout, as in "tembo session apply ${session.id} --repo ${names[0]}".`,
  );
}

async function conflictsIn(cli: Cli, root: string): Promise<string[]> {
  const { stdout } = await gitHere(cli.env, ["-C", root, "diff", "--name-only", "--diff-filter=U", "-z"]);
  return stdout.split("\0").filter((path) => path !== "");
}
