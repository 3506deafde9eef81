import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDirectory } from "../capture/capture-state.ts";
import { type GitRun, runGit } from "../process/run-git.ts";
import { readShallow } from "../remote/shallow.ts";
import {
  type CheckoutInput,
  checkoutConfig,
  checkoutRepository,
  copyIndex,
  copyObjects,
  type EnvironmentFolder,
  excludeFile,
  ownerOf,
  placeAtCheckout,
} from "./checkout-files.ts";
import { readRegular, readWorkspaceHead } from "./workspace-head.ts";
import { give, writeRepository } from "./write-repository.ts";

const maxListBytes = 1024 ** 2;
const maxRecordBytes = 4096;

/** A started adoption. It is complete if the checkout exists. */
interface Adoption {
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

/**
 * Turns a folder that an environment brought into the session's checkout. Replaces its `.git`, which is untrusted, and
 * updates tracked files to `headSha`. Other files remain. Git ignores those that no `.gitignore` names, so that they do
 * not become part of the session's work. The folder becomes the checkout in the last step, so that an interrupted call
 * can be repeated. Returns the commit that the environment had checked out, which is untrusted, or null.
 */
export async function adoptEnvironment(
  input: CheckoutInput & { readonly environment: EnvironmentFolder },
  refs: ReadonlyMap<string, string>,
  headSha: string,
  signal: AbortSignal,
): Promise<string | null> {
  const { site, branch, baseBranch, publicUrl, environment } = input;
  const owner = ownerOf(site);
  const tree = treeOf(environment);
  const gitDir = join(tree, ".git");
  const { environmentSha } = await startAdoption(environment, gitDir);
  await rm(gitDir, { recursive: true, force: true });
  const shallow = await readShallow(site.mirrorPath);
  const skeleton = checkoutRepository({ site, branch, config: checkoutConfig(publicUrl), shallow }, refs);
  writeRepository(gitDir, {
    ...skeleton,
    refs: new Map([...(skeleton.refs ?? []), [`refs/heads/${branch}`, headSha]]),
    files: {
      ...skeleton.files,
      "refs/remotes/origin/HEAD": `ref: refs/remotes/origin/${baseBranch}\n`,
    },
  });
  if (![...refs.values()].includes(headSha)) await copyObjects(site, gitDir, headSha, signal);
  const git = { gitDir, workTree: tree, as: owner, signal } as const;
  await matchIndex(git, environmentSha);
  await runGit({ ...git, args: ["read-tree", "--reset", "-u", "--end-of-options", headSha] });
  const exclude = (await listOthers(git)).map(excludePattern).join("");
  for (const [folder, to] of [
    [gitDir, owner],
    [site.capturePath, null],
  ] as const) {
    await mkdir(join(folder, "info"), { recursive: true });
    await writeFile(join(folder, excludeFile), exclude, { mode: 0o644 });
    for (const name of ["info", excludeFile]) give(join(folder, name), to);
  }
  await copyIndex(join(gitDir, "index"), join(site.capturePath, "index"));
  signal.throwIfAborted();
  await placeAtCheckout(tree, site);
  return environmentSha;
}

/** Records the environment's commit before its `.git` is removed. A repeated call keeps the recorded commit. */
async function startAdoption(environment: EnvironmentFolder, gitDir: string): Promise<Adoption> {
  const { key } = environment;
  const known = await readAdoption(environment);
  if (known?.key === key) return known;
  const environmentSha = known === null ? await readWorkspaceHead(gitDir) : known.environmentSha;
  const adoption = { key, environmentSha };
  const record = recordOf(environment);
  await writeFile(`${record}.new`, JSON.stringify(adoption));
  await rename(`${record}.new`, record);
  return adoption;
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

/** Returns the paths of untracked files that are not ignored. If they are too many, returns whole folders instead. */
async function listOthers(git: InCheckout): Promise<string[]> {
  const args = ["ls-files", "--others", "--exclude-standard", "-z"];
  const limits = { maxOutputBytes: maxListBytes, isCut: true };
  const files = await runGit({ ...git, ...limits, args });
  const { stdout } =
    files.stdout.length < maxListBytes
      ? files
      : await runGit({ ...git, ...limits, args: [...args, "--directory"] });
  return stdout.toString("utf8").split("\0").slice(0, -1);
}

/** Returns the line of gitignore(5) for exactly this path, or nothing for a path that no line can express. */
export function excludePattern(path: string): string {
  return path.includes("\n") ? "" : `/${path.replaceAll(/[\\*?[\] ]/g, "\\$&")}\n`;
}
