import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../core/ports/logger.ts";
import { type GitRun, gitText, runGit } from "./run-git.ts";
import type { Owner } from "./write-repository.ts";

export interface Snapshot {
  /** A repository of ours: the workspace's own is never opened. */
  readonly gitDir: string;
  readonly workTree: string;
  readonly indexFile: string;
  readonly owner: Owner;
  readonly log: Logger;
}

const maxNestedDepth = 8;

/**
 * Writes everything a work tree holds as a tree, what `.gitignore` names excepted, and leaves the matching index.
 * Files of repositories that the harness made inside the work tree are kept as files: as links they would be lost.
 * Submodules stay as the index has them: to look for changes git would run `git status` inside, under their configuration.
 */
export async function writeSnapshot(snapshot: Snapshot, signal: AbortSignal, depth = 0): Promise<string> {
  const { gitDir, workTree, indexFile, owner, log } = snapshot;
  const git = { gitDir, workTree, indexFile, as: owner, isScratch: true, signal };
  const { links, nested } = await listRepositories(git);
  const added = await runGit({
    ...git,
    args: ["add", "--all", "--ignore-errors", "--pathspec-from-file=-", "--pathspec-file-nul"],
    stdin: [".", ...[...links, ...nested].map((path) => `:(exclude,literal)${path}`)].join("\0"),
    answers: [1],
  });
  if (added.code !== 0) log.warn({ workTree, stderr: added.stderr }, "some files could not be captured");
  for (const path of nested) {
    if (depth === maxNestedDepth) {
      log.warn({ workTree, path }, "a repository nested too deeply was not captured");
      continue;
    }
    const inner = { ...snapshot, workTree: join(workTree, path), indexFile: `${indexFile}-${depth}` };
    const tree = await writeSnapshot(inner, signal, depth + 1);
    await rm(inner.indexFile, { force: true });
    await runGit({ ...git, args: ["read-tree", `--prefix=${path}/`, "--end-of-options", tree] });
  }
  return gitText({ ...git, args: ["write-tree"] });
}

/** Submodules that the index knows, and repositories it does not. */
async function listRepositories(
  git: Pick<GitRun, "gitDir" | "workTree" | "indexFile" | "as" | "isScratch" | "signal">,
) {
  const listing = await runGit({
    ...git,
    args: ["ls-files", "-t", "-z", "--stage", "--others", "--exclude-standard"],
  });
  const links: string[] = [];
  const nested: string[] = [];
  for (const line of listing.stdout.toString("utf8").split("\0")) {
    if (line.startsWith("? ") && line.endsWith("/")) nested.push(line.slice(2, -1));
    else if (/^\w 160000 /.test(line)) links.push(line.slice(line.indexOf("\t") + 1));
  }
  return { links, nested };
}
