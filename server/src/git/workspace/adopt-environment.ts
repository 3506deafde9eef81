import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDirectory } from "../capture/capture-state.ts";
import { type GitRun, runGit } from "../process/run-git.ts";
import {
  copyObjects,
  type EnvironmentFolder,
  excludeFile,
  ownerOf,
  placeAtCheckout,
  type UnnamedCheckout,
  writeCheckoutRepository,
} from "./checkout-files.ts";
import { keepCheckoutIndex } from "./checkout-index.ts";
import { removeRepository } from "./remove-repository.ts";
import { readRegular, readWorkspaceHead } from "./workspace-head.ts";
import { give } from "./write-repository.ts";

const maxListBytes = 1024 ** 2;
const maxRecordBytes = 4096;

/** A started adoption. It is complete if the checkout exists. */
export interface Adoption {
  /** Key of the last call that adopted the folder. */
  readonly key: string;
  readonly environmentSha: string | null;
}

const treeOf = ({ path }: EnvironmentFolder) => join(path, "checkout");
const recordOf = ({ path }: EnvironmentFolder) => join(path, "adoption.json");

/** True if the environment brought a folder that is not yet the checkout. */
export const isAdoptable = (environment: EnvironmentFolder) => isDirectory(treeOf(environment));

/** Returns the result of an adoption that an earlier call with the same key completed, or null. */
export async function findAdopted(
  environment: EnvironmentFolder,
): Promise<{ readonly environmentSha: string | null } | null> {
  const adoption = await readAdoption(environment);
  return adoption?.key === environment.key ? adoption : null;
}

/** Paths of the host's own copies of a checkout's files, where no sandbox can change them. */
export interface HostCopies {
  readonly indexPath: string;
  readonly excludePath: string;
}

/**
 * Turns a folder that an environment brought into the session's checkout. Replaces its `.git`, which is untrusted, and
 * updates tracked files to `headSha`. Other files remain. Git ignores those that no `.gitignore` names, so that they do
 * not become part of the session's work. The folder becomes the checkout in the last step, so that an interrupted call
 * can be repeated. Without a branch, HEAD is detached. Returns the commit that the environment had checked out, which is
 * untrusted, or null.
 */
export async function adoptEnvironment(
  input: UnnamedCheckout & { readonly environment: EnvironmentFolder },
  refs: ReadonlyMap<string, string>,
  { headSha, ...copies }: HostCopies & { readonly headSha: string },
  signal: AbortSignal,
): Promise<string | null> {
  const { site, environment } = input;
  const owner = ownerOf(site);
  const tree = treeOf(environment);
  const gitDir = join(tree, ".git");
  const { environmentSha } = await startAdoption(environment, gitDir);
  await removeRepository(gitDir, owner, signal);
  await writeCheckoutRepository(gitDir, input, refs, headSha);
  if (![...refs.values()].includes(headSha)) await copyObjects(site, gitDir, headSha, signal);
  const git = { gitDir, workTree: tree, as: owner, signal } as const;
  await matchIndex(git, environmentSha);
  await runGit({ ...git, args: ["read-tree", "--reset", "-u", "--end-of-options", headSha] });
  const ownExclude = join(gitDir, excludeFile);
  const exclude = (await listOthers(git)).map(excludePattern).join("");
  for (const path of [ownExclude, copies.excludePath]) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, exclude, { mode: 0o644, encoding: "latin1" });
  }
  for (const path of [dirname(ownExclude), ownExclude]) give(path, owner);
  await keepCheckoutIndex(gitDir, copies.indexPath, { site, headSha }, signal);
  signal.throwIfAborted();
  await placeAtCheckout(tree, site);
  return environmentSha;
}

/**
 * Makes a completed adoption that of another key, whose repeated call then returns its result. Returns null if
 * nothing was adopted.
 */
export async function passAdoption(environment: EnvironmentFolder): Promise<Adoption | null> {
  const known = await readAdoption(environment);
  if (known !== null) await writeAdoption(environment, { ...known, key: environment.key });
  return known;
}

/** Records the environment's commit before its `.git` is removed. A repeated call keeps the recorded commit. */
async function startAdoption(environment: EnvironmentFolder, gitDir: string): Promise<Adoption> {
  const { key } = environment;
  const known = await readAdoption(environment);
  if (known?.key === key) return known;
  const environmentSha = known === null ? await readWorkspaceHead(gitDir) : known.environmentSha;
  const adoption = { key, environmentSha };
  await writeAdoption(environment, adoption);
  return adoption;
}

async function writeAdoption(environment: EnvironmentFolder, adoption: Adoption): Promise<void> {
  const record = recordOf(environment);
  await writeFile(`${record}.new`, JSON.stringify(adoption));
  await rename(`${record}.new`, record);
}

async function readAdoption(environment: EnvironmentFolder): Promise<Adoption | null> {
  const text = await readRegular(recordOf(environment), maxRecordBytes);
  return text === null ? null : (JSON.parse(text) as Adoption);
}

type InCheckout = Pick<GitRun, "gitDir" | "workTree" | "as" | "signal">;

/**
 * Fills the index with the commit that the environment had checked out, so that git leaves unchanged files as they are
 * and removes those that no longer exist. The commit is untrusted, and only decides which files are tracked.
 */
async function matchIndex(git: InCheckout, environmentSha: string | null): Promise<void> {
  if (environmentSha === null) return;
  const read = ["read-tree", "--end-of-options", environmentSha];
  const { code } = await runGit({ ...git, args: read, answers: [128] });
  if (code === 0) await runGit({ ...git, args: ["update-index", "-q", "--refresh"], answers: [1] });
}

/**
 * Returns the paths of untracked files that are not ignored. If they are too many, returns whole folders instead. Each
 * character of a path is a byte, because a file name may be in any encoding.
 */
async function listOthers(git: InCheckout): Promise<string[]> {
  const args = ["ls-files", "--others", "--exclude-standard", "-z"];
  const limits = { maxOutputBytes: maxListBytes, isCut: true };
  const files = await runGit({ ...git, ...limits, args });
  const { stdout } =
    files.stdout.length < maxListBytes
      ? files
      : await runGit({ ...git, ...limits, args: [...args, "--directory"] });
  return stdout.toString("latin1").split("\0").slice(0, -1);
}

/** Returns the line of gitignore(5) for exactly this path, or nothing for a path that no line can express. */
export function excludePattern(path: string): string {
  if (path.includes("\n")) return "";
  // Git removes a carriage return at the end of a line, also after a backslash.
  return `/${path.replaceAll(/[\\*?[\] ]/g, "\\$&").replaceAll("\r", "[\r]")}\n`;
}
