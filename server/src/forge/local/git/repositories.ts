import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "../../../core/base/index.ts";
import { localRepositoryPath } from "../../../core/forges/index.ts";
import { repositoryGit } from "../repository-git.ts";

interface Named {
  readonly owner: string;
  readonly name: string;
}

/** Creates an empty bare repository and returns its path. If the repository already exists, leaves it unchanged and returns null. */
export async function makeRepository(
  dataDir: string,
  repository: Named,
  defaultBranch: string,
): Promise<string | null> {
  const path = safePath(dataDir, repository);
  // The parent folder is private, because every user on the machine can read files that git creates.
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const made = await mkdtemp(join(dirname(path), ".new-"));
  try {
    const bare = join(made, "repository");
    const branch = `--initial-branch=${defaultBranch}`;
    await repositoryGit(["init", "--quiet", "--bare", "--template=", branch, "--", bare]);
    for (const [key, value] of repositorySettings)
      await repositoryGit(["config", "--file", join(bare, "config"), key, value]);
    await rename(bare, path);
    return path;
  } catch (cause) {
    // The repository already exists. The port requires that the repository remain unchanged.
    if (["ENOTEMPTY", "EEXIST"].includes((cause as NodeJS.ErrnoException).code ?? "")) return null;
    throw cause;
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** Deletes a repository. Renames its folder first, so that an interrupted deletion leaves nothing under the repository's name. */
export async function deleteRepository(dataDir: string, repository: Named): Promise<void> {
  const path = safePath(dataDir, repository);
  try {
    const gone = await mkdtemp(join(dirname(path), ".gone-"));
    await rename(path, join(gone, "repository")).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== "ENOENT") throw cause;
    });
    await rm(gone, { recursive: true, force: true });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
  }
}

/** Returns the path of the repository. Throws `forge_failed` if it does not exist. */
export async function existingPath(dataDir: string, repository: Named): Promise<string> {
  const path = safePath(dataDir, repository);
  try {
    await access(path);
    return path;
  } catch (cause) {
    throw new AppError(
      "forge_failed",
      `The repository ${repository.owner}/${repository.name} does not exist on the built-in forge. Create it first.`,
      { cause },
    );
  }
}

/**
 * Renames the repository. Throws `forge_failed` if the repository does not exist or the new name is not valid, or `conflict` if the new name
 * is taken.
 */
export async function renameRepository(dataDir: string, repository: Named, name: string): Promise<void> {
  const from = await existingPath(dataDir, repository);
  const to = safePath(dataDir, { owner: repository.owner, name });
  try {
    await rename(from, to);
  } catch (cause) {
    if (!["ENOTEMPTY", "EEXIST"].includes((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
    throw new AppError("conflict", `A repository "${name}" already exists. Choose another name.`, { cause });
  }
}

/** Returns the names of the protected branches. Git itself rejects every push to these branches, through any protocol. */
export async function protectedBranches(gitDir: string): Promise<ReadonlySet<string>> {
  const { text } = await repositoryGit(
    ["config", "--file", join(gitDir, "config"), "--get-all", hidden],
    [1],
  );
  const branches = text
    .split("\n")
    .filter((ref) => ref.startsWith(heads))
    .map((ref) => ref.slice(heads.length));
  return new Set(branches);
}

export async function setProtected(gitDir: string, branch: string, isProtected: boolean): Promise<void> {
  if ((await protectedBranches(gitDir)).has(branch) === isProtected) return;
  const file = ["config", "--file", join(gitDir, "config")];
  const ref = heads + branch;
  if (isProtected) await repositoryGit([...file, "--add", hidden, ref]);
  else await repositoryGit([...file, "--fixed-value", "--unset-all", hidden, ref]);
}

/** Sets the branch that clones check out by default. */
export async function setHead(gitDir: string, branch: string): Promise<void> {
  await repositoryGit(["--git-dir", gitDir, "symbolic-ref", "HEAD", `refs/heads/${branch}`]);
}

const heads = "refs/heads/";
const hidden = "receive.hideRefs";

/** Settings in the repository itself, because host git pushes to its path without a server. */
const repositorySettings = [
  ["http.receivepack", "true"],
  [hidden, "refs/pull"],
  ["receive.autogc", "false"],
  ["gc.auto", "0"],
] as const;

function safePath(dataDir: string, { owner, name }: Named): string {
  const path = localRepositoryPath(dataDir, owner, name);
  if (path !== null) return path;
  throw new AppError(
    "forge_failed",
    `"${owner}/${name}" is not a valid repository name. Use letters, digits, "-", "_" and ".", at most 100 characters each.`,
  );
}
