import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../../core/base/index.ts";
import { type GitRun, gitText, runGit } from "../process/run-git.ts";
import type { Owner } from "../workspace/write-repository.ts";
import type { WorkspaceScan } from "./scan-workspace.ts";

export interface Snapshot {
  /** Repository of the server. Git never opens the workspace's own repository. */
  readonly gitDir: string;
  readonly workTree: string;
  readonly indexFile: string;
  readonly owner: Owner;
  readonly log: Logger;
  readonly scan: WorkspaceScan;
  /** Submodules in the index, or null if they are not known. */
  readonly links: readonly string[] | null;
}

const maxNestedDepth = 8;
/** Maximum number of nested repositories. Each repository requires several processes. */
const maxNested = 200;
/** Maximum size of git's list of tracked and untracked files. */
const maxListingBytes = 256 * 1024 ** 2;

interface WrittenSnapshot {
  readonly tree: string;
  /** Submodules in the index. */
  readonly links: readonly string[];
}

/**
 * Writes a work tree as a git tree and stores the matching index. Omits untracked files that `.gitignore` excludes and files that are too
 * large. Stores repositories that the harness created inside the work tree as files, because a link would lose their contents. Leaves
 * submodules unchanged in the index. To detect their changes, git would run `git status` inside them, with their own configuration. Reads the
 * files again that the scan lists as recent.
 */
export async function writeSnapshot(snapshot: Snapshot, signal: AbortSignal): Promise<WrittenSnapshot> {
  const { workTree, log, scan } = snapshot;
  const { tooLarge, removedPipes, recent } = scan;
  if (removedPipes.length > 0)
    log.warn({ workTree, paths: removedPipes.slice(0, 20) }, "named pipes that would block git were removed");
  if (tooLarge.length > 0)
    log.warn({ workTree, paths: tooLarge.slice(0, 20) }, "files that are too large were not captured");
  const links = hasOnlyKnownRepositories(snapshot) && recent.length === 0 ? snapshot.links : null;
  return writeLevel({ ...snapshot, tooLarge, recent, links, count: { nested: 0 } }, 0, signal);
}

/** True if the work tree contains no repository except its own and those of known submodules. */
function hasOnlyKnownRepositories({ links, scan }: Snapshot): boolean {
  if (links === null || !scan.isComplete) return false;
  const known = new Set([".git", ...links.map((path) => `${path}/.git`)]);
  return scan.repositories.every((path) => known.has(path));
}

interface Level extends Omit<Snapshot, "scan"> {
  /** Paths of files that are too large to capture, relative to this level's work tree. */
  readonly tooLarge: readonly string[];
  /** Files to read again although their state appears unchanged. */
  readonly recent: readonly string[];
  /** Number of nested repositories found so far, at all levels. */
  readonly count: { nested: number };
}

async function writeLevel(level: Level, depth: number, signal: AbortSignal): Promise<WrittenSnapshot> {
  const { gitDir, workTree, indexFile, owner, log, tooLarge, count } = level;
  const git = { gitDir, workTree, indexFile, as: owner, isScratch: true, signal };
  const { links, nested, entries } =
    level.links === null
      ? await listRepositories(git, new Set(level.recent))
      : { links: level.links, nested: [], entries: [] };
  // An entry without the file's state makes git read the file.
  if (entries.length > 0)
    await runGit({
      ...git,
      args: ["update-index", "-z", "--index-info"],
      stdin: entries.map((entry) => `${entry}\0`).join(""),
    });
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
      links: null,
      recent: [],
      tooLarge: tooLarge
        .filter((name) => name.startsWith(`${path}/`))
        .map((name) => name.slice(path.length + 1)),
    };
    const { tree } = await writeLevel(inner, depth + 1, signal);
    await rm(inner.indexFile, { force: true });
    await runGit({ ...git, args: ["read-tree", `--prefix=${path}/`, "--end-of-options", tree] });
  }
  return { tree: await gitText({ ...git, args: ["write-tree"] }), links };
}

/**
 * Lists the submodules in the index, the repositories in the work tree that the index does not contain, and the index's entries for the files
 * in `recent`, as `<mode> <id> <stage>\t<path>`.
 */
async function listRepositories(
  git: Pick<GitRun, "gitDir" | "workTree" | "indexFile" | "as" | "isScratch" | "signal">,
  recent: ReadonlySet<string>,
) {
  const listing = await runGit({
    ...git,
    args: ["ls-files", "-t", "-z", "--stage", "--others", "--exclude-standard"],
    maxOutputBytes: maxListingBytes,
  });
  const links: string[] = [];
  const nested: string[] = [];
  const entries: string[] = [];
  for (const line of listing.stdout.toString("utf8").split("\0")) {
    const path = line.slice(line.indexOf("\t") + 1);
    if (line.startsWith("? ") && line.endsWith("/")) nested.push(line.slice(2, -1));
    else if (/^\w 160000 /.test(line)) links.push(path);
    else if (!line.startsWith("? ") && recent.has(path)) entries.push(line.slice(2));
  }
  return { links, nested, entries };
}
