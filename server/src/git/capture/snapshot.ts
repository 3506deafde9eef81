import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../../core/base/index.ts";
import { type GitRun, gitText, runGit } from "../process/run-git.ts";
import type { Owner } from "../workspace/write-repository.ts";
import { scanWorkspace } from "./scan-workspace.ts";

export interface Snapshot {
  /** Repository of the server. Git never opens the workspace's own repository. */
  readonly gitDir: string;
  readonly workTree: string;
  readonly indexFile: string;
  readonly owner: Owner;
  readonly log: Logger;
}

const maxNestedDepth = 8;
/** Maximum number of nested repositories. Each repository requires several processes. */
const maxNested = 200;
/** Maximum size of git's list of tracked and untracked files. */
const maxListingBytes = 256 * 1024 ** 2;

/**
 * Writes a work tree as a git tree and stores the matching index. Omits untracked files that `.gitignore` excludes and files that are too
 * large, and removes pipes that would block git. Stores repositories that the harness created inside the work tree as files, because a link
 * would lose their contents. Leaves submodules unchanged in the index. To detect their changes, git would run `git status` inside them, with
 * their own configuration.
 */
export async function writeSnapshot(snapshot: Snapshot, signal: AbortSignal): Promise<string> {
  const { workTree, owner, log } = snapshot;
  const { tooLarge, removedPipes } = await scanWorkspace({ workTree, owner }, signal);
  signal.throwIfAborted();
  if (removedPipes.length > 0)
    log.warn({ workTree, paths: removedPipes.slice(0, 20) }, "named pipes that would block git were removed");
  if (tooLarge.length > 0)
    log.warn({ workTree, paths: tooLarge.slice(0, 20) }, "files that are too large were not captured");
  return writeLevel({ ...snapshot, tooLarge, count: { nested: 0 } }, 0, signal);
}

interface Level extends Snapshot {
  /** Paths of files that are too large to capture, relative to this level's work tree. */
  readonly tooLarge: readonly string[];
  /** Number of nested repositories found so far, at all levels. */
  readonly count: { nested: number };
}

async function writeLevel(level: Level, depth: number, signal: AbortSignal): Promise<string> {
  const { gitDir, workTree, indexFile, owner, log, tooLarge, count } = level;
  const git = { gitDir, workTree, indexFile, as: owner, isScratch: true, signal };
  const { links, nested } = await listRepositories(git);
  const add = {
    ...git,
    args: ["add", "--all", "--ignore-errors", "--pathspec-from-file=-", "--pathspec-file-nul"],
    stdin: [".", ...[...links, ...nested, ...tooLarge].map((path) => `:(exclude,literal)${path}`)].join("\0"),
  };
  let added = await runGit({ ...add, answers: [1, 128] });
  if (added.code === 128) {
    log.warn(
      { workTree, stderr: added.stderr },
      "the workspace's git attributes cannot be applied; its files are captured unchanged",
    );
    const none = await gitText({ ...git, args: ["hash-object", "-t", "tree", "--stdin"], stdin: "" });
    added = await runGit({ ...add, env: { GIT_ATTR_SOURCE: none }, answers: [1] });
  }
  if (added.code !== 0) log.warn({ workTree, stderr: added.stderr }, "some files could not be captured");
  for (const path of nested) {
    if (depth === maxNestedDepth || ++count.nested > maxNested) {
      log.warn(
        { workTree, path },
        "a nested repository was not captured, because it is nested too deeply or there are too many",
      );
      break;
    }
    const inner: Level = {
      ...level,
      workTree: join(workTree, path),
      indexFile: `${indexFile}-${depth}`,
      tooLarge: tooLarge
        .filter((name) => name.startsWith(`${path}/`))
        .map((name) => name.slice(path.length + 1)),
    };
    const tree = await writeLevel(inner, depth + 1, signal);
    await rm(inner.indexFile, { force: true });
    await runGit({ ...git, args: ["read-tree", `--prefix=${path}/`, "--end-of-options", tree] });
  }
  return gitText({ ...git, args: ["write-tree"] });
}

/** Lists the submodules in the index, and the repositories in the work tree that the index does not contain. */
async function listRepositories(
  git: Pick<GitRun, "gitDir" | "workTree" | "indexFile" | "as" | "isScratch" | "signal">,
) {
  const listing = await runGit({
    ...git,
    args: ["ls-files", "-t", "-z", "--stage", "--others", "--exclude-standard"],
    maxOutputBytes: maxListingBytes,
  });
  const links: string[] = [];
  const nested: string[] = [];
  for (const line of listing.stdout.toString("utf8").split("\0")) {
    if (line.startsWith("? ") && line.endsWith("/")) nested.push(line.slice(2, -1));
    else if (/^\w 160000 /.test(line)) links.push(line.slice(line.indexOf("\t") + 1));
  }
  return { links, nested };
}
