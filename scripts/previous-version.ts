import { spawnSync } from "node:child_process";
import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";

export const migrationsFolder = "server/src/store/migrations";

/** Returns the newest tag before the current commit, or null if there is none. */
export function newestRelease(root: string): string | null {
  const tags = git(root, ["tag", "--merged", "HEAD", "--no-contains", "HEAD", "--sort=-version:refname"]);
  return tags.split("\n")[0] || null;
}

/** Returns the names of the migrations in a commit. */
export function migrationsAt(root: string, commit: string): string[] {
  const files = git(root, ["ls-tree", "--name-only", commit, `${migrationsFolder}/`])
    .trim()
    .split("\n");
  return files.map((file) => basename(file));
}

/**
 * Returns the commit of the previous version: the newest release, or the commit before the newest migration if there is no
 * release. Throws if the clone does not contain it.
 */
export async function previousVersion(root: string): Promise<string> {
  const release = newestRelease(root);
  if (release !== null) return release;
  const newest = (await migrationNames(join(root, migrationsFolder))).at(-1)!;
  const added = git(root, [
    "log",
    "--diff-filter=A",
    "--format=%H",
    "-1",
    "--",
    `${migrationsFolder}/${newest}`,
  ]);
  // The migration is not committed yet.
  if (added === "") return "HEAD";
  return parentOf(root, added.trim()) ?? missing(`the version before ${newest}`);
}

const firstRelease = "v0.1.0";
/** Script that packs a release. The commit that added it also set the packages' names and the version 0.1.0. */
const packScript = "scripts/release/pack.ts";

/**
 * Returns the commit of version 0.1.0: its tag or, without a tag, the first commit that can build its packages. Throws
 * if the clone does not contain it.
 */
export function firstVersion(root: string): string {
  if (git(root, ["tag", "--list", firstRelease]) !== "") return firstRelease;
  const added = git(root, ["log", "--diff-filter=A", "--format=%H", "--", packScript]);
  const commit = added.trim().split("\n").at(-1)!;
  const isKnown = commit !== "" && parentOf(root, commit) !== null;
  return isKnown ? commit : missing("version 0.1.0");
}

/** Returns null for the oldest commit. In a shallow clone, it appears to add all files. */
function parentOf(root: string, commit: string): string | null {
  return git(root, ["rev-parse", "--verify", "--quiet", `${commit}^`], true).trim() || null;
}

function missing(what: string): never {
  throw new Error(
    `The history of this clone does not contain ${what}. Run "git fetch --unshallow --tags", or choose a version with --commit.`,
  );
}

/** Writes the files of a commit to a folder, with packages and downloaded harnesses of this clone where they fit. */
export async function extractVersion(root: string, commit: string, folder: string): Promise<void> {
  const archive = spawnSync("sh", ["-c", 'git archive "$1" | tar -x -C "$2"', "sh", commit, folder], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (archive.status !== 0 || (await readdir(folder)).length === 0)
    throw new Error(`git could not read the files of ${commit}. Choose another version with --commit.`);
  const lock = (tree: string) => readFile(join(tree, "package-lock.json"), "utf8");
  // Otherwise, the setup of the tree installs its packages.
  if ((await lock(root)) === (await lock(folder))) {
    const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    for (const workspace of ["", ...names.map(({ name }) => name)])
      linkFolder(join(root, workspace, "node_modules"), join(folder, workspace, "node_modules"));
  }
  await mkdir(join(folder, ".cache"));
  linkFolder(join(root, ".cache/harness-data"), join(folder, ".cache/harness-data"));
}

/** Copies the migrations that a version does not have. Returns their names. Throws if a common migration differs. */
export async function addMigrations(source: string, folder: string): Promise<string[]> {
  const target = join(folder, migrationsFolder);
  const known = await migrationNames(target);
  const added: string[] = [];
  for (const name of await migrationNames(source)) {
    const [from, to] = [join(source, name), join(target, name)];
    if (!known.includes(name)) {
      await cp(from, to);
      added.push(name);
    } else if ((await readFile(from, "utf8")) !== (await readFile(to, "utf8")))
      throw new Error(
        `${name} differs from the previous version. Restore it, and add a new migration instead.`,
      );
  }
  return added;
}

async function migrationNames(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
}

/** Makes hard links to the files of a folder, if it exists. Copies them if the folders are on different file systems. */
function linkFolder(from: string, to: string): void {
  const copy = 'test ! -d "$1" || cp -al "$1" "$2" 2>/dev/null || { rm -rf "$2" && cp -a "$1" "$2"; }';
  if (spawnSync("sh", ["-c", copy, "sh", from, to], { stdio: "inherit" }).status !== 0)
    throw new Error(`${from} could not be copied to ${to}.`);
}

function git(root: string, args: readonly string[], mayFail = false): string {
  const { status, stdout, stderr } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  if (status !== 0 && !mayFail) throw new Error(`git ${args[0]} failed: ${stderr.trim()}`);
  return status === 0 ? stdout : "";
}
