import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "../../core/base/index.ts";
import {
  baseRef,
  type CaptureState,
  isDirectory,
  publishedRef,
  readCapture,
} from "../capture/capture-state.ts";
import { runGit } from "../process/run-git.ts";
import { listRefs } from "../remote/mirror.ts";
import { adoptEnvironment, findAdopted, type HostCopies, isAdoptable } from "./adopt-environment.ts";
import { borrowedFrom } from "./borrow-objects.ts";
import {
  type CheckoutInput,
  checkoutConfig,
  checkoutConfigFile,
  copyObjects,
  type EnvironmentFolder,
  excludeFile,
  ownerOf,
  placeAtCheckout,
  type UnnamedCheckout,
  writeCheckoutRepository,
} from "./checkout-files.ts";
import { keepCheckoutIndex } from "./checkout-index.ts";
import { give, writeRepository } from "./write-repository.ts";

export type CreatedCheckout = Pick<CaptureState, "baseSha" | "headSha"> & {
  readonly isNew: boolean;
  readonly environmentSha?: string;
};

/**
 * Creates the capture repository and then the checkout, unless they exist. Prepares each of them at another path and then renames it. An
 * existing repository is therefore complete, even if a worker is killed. `headSha` is the last published commit. Throws `branch_not_found` if
 * the repository has branches but not the base branch.
 */
export async function createCheckout(input: CheckoutInput, signal: AbortSignal): Promise<CreatedCheckout> {
  const { site, environment } = input;
  if (await isDirectory(site.checkoutPath)) {
    const known = await readCapture(site.capturePath, input.branch, signal);
    if (known) return { ...publishedOf(known), isNew: false, ...(await adoptedBefore(environment)) };
  }
  const refs = withCommit(await listRefs(site.mirrorPath, signal), input);
  const known =
    (await readCapture(site.capturePath, input.branch, signal)) ?? (await makeCapture(input, refs, signal));
  const created = { ...publishedOf(known), isNew: true };
  const { headSha } = known;
  if (headSha !== null && environment !== undefined && (await isAdoptable(environment))) {
    const environmentSha = await adoptEnvironment(
      { ...input, environment },
      refs,
      { headSha, ...copiesIn(site.capturePath) },
      signal,
    );
    return { ...created, ...(environmentSha !== null && { environmentSha }) };
  }
  if (await isDirectory(site.checkoutPath)) return { ...created, isNew: false };
  await placeCheckout(input, refs, { headSha, indexPath: copiesIn(site.capturePath).indexPath }, signal);
  return created;
}

function withCommit(
  refs: ReadonlyMap<string, string>,
  { baseBranch, commit }: CheckoutInput,
): ReadonlyMap<string, string> {
  if (commit === undefined) return refs;
  return commit === null ? new Map() : new Map(refs).set(`refs/heads/${baseBranch}`, commit);
}

/** Returns the paths at which the capture repository has its copies. */
export const copiesIn = (capturePath: string): HostCopies => ({
  indexPath: join(capturePath, "index"),
  excludePath: join(capturePath, excludeFile),
});

/** Returns the same result as the call that created the checkout, if the caller repeats it. */
async function adoptedBefore(environment: EnvironmentFolder | undefined): Promise<Partial<CreatedCheckout>> {
  const adopted = environment === undefined ? null : await findAdopted(environment);
  if (adopted === null) return {};
  const { environmentSha } = adopted;
  return { isNew: true, ...(environmentSha !== null && { environmentSha }) };
}

const publishedOf = ({ baseSha, headSha, publishedSha }: CaptureState) => ({
  baseSha,
  headSha: publishedSha ?? headSha,
});

/** Creates the capture repository of a new branch, or of a branch that the mirror contains. */
export async function makeCapture(
  input: CheckoutInput,
  refs: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<CaptureState> {
  const { site, branch } = input;
  const base = refs.get(`refs/heads/${input.baseBranch}`);
  if (base === undefined && [...refs.keys()].some((name) => name.startsWith("refs/heads/")))
    throw new AppError(
      "branch_not_found",
      `The repository has no branch "${input.baseBranch}" to start from. Start a session with an existing target branch, or push the branch first.`,
    );
  const start = refs.get(`refs/heads/${branch}`) ?? base;
  const own = new Map<string, string>();
  let state: CaptureState = { baseSha: null, headSha: null, publishedSha: null };
  if (start !== undefined && base !== undefined) {
    const baseSha = start === base ? base : await commonCommit(site.mirrorPath, base, start, signal);
    own.set(`refs/heads/${branch}`, start).set(baseRef, baseSha).set(publishedRef, start);
    state = { baseSha, headSha: start, publishedSha: start };
  }
  await mkdir(dirname(site.capturePath), { recursive: true, mode: 0o711 });
  const parts = await mkdtemp(`${site.capturePath}.new-`);
  try {
    writeRepository(join(parts, "capture"), {
      isBare: true,
      branch,
      alternates: [borrowedFrom(site.capturePath, site.mirrorPath)],
      refs: own,
      files: { [checkoutConfigFile]: checkoutConfig(input.publicUrl) },
      owner: null,
    });
    await rename(join(parts, "capture"), site.capturePath);
    return state;
  } finally {
    await rm(parts, { recursive: true, force: true });
  }
}

async function commonCommit(
  gitDir: string,
  base: string,
  start: string,
  signal: AbortSignal,
): Promise<string> {
  const args = ["merge-base", "--end-of-options", base, start];
  const found = await runGit({ gitDir, args, answers: [1], signal });
  return found.stdout.toString().split("\n")[0] || base;
}

/**
 * Creates the checkout at a temporary path and renames it. Without a branch, HEAD is detached. Copies the index to
 * `indexPath`, before a program can change it.
 */
export async function placeCheckout(
  input: UnnamedCheckout,
  refs: ReadonlyMap<string, string>,
  { headSha, indexPath }: { readonly headSha: string | null; readonly indexPath: string },
  signal: AbortSignal,
): Promise<void> {
  const { site } = input;
  const owner = ownerOf(site);
  // The folder is next to the capture repository, where no sandbox can change it.
  const parts = await mkdtemp(`${site.capturePath}.new-`);
  try {
    await chmod(parts, 0o755);
    give(parts, owner);
    const tree = join(parts, "checkout");
    const gitDir = join(tree, ".git");
    await mkdir(tree);
    await chmod(tree, 0o755);
    give(tree, owner);
    await writeCheckoutRepository(gitDir, input, refs, headSha);
    if (headSha) {
      if (![...refs.values()].includes(headSha)) await copyObjects(site, gitDir, headSha, signal);
      await runGit({
        gitDir,
        workTree: tree,
        args: ["read-tree", "--reset", "-u", "--end-of-options", headSha],
        as: owner,
        signal,
      });
      await keepCheckoutIndex(gitDir, indexPath, { site, headSha }, signal);
    }
    await placeAtCheckout(tree, site);
  } finally {
    await rm(parts, { recursive: true, force: true });
  }
}
