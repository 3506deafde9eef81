import { chmod, mkdir, mkdtemp, rename, rm, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "../../core/base/index.ts";
import type { GitSite } from "../../core/forges/index.ts";
import {
  baseRef,
  type CaptureState,
  isDirectory,
  parseRefs,
  publishedRef,
  readCapture,
} from "../capture/capture-state.ts";
import { runGit } from "../process/run-git.ts";
import { listRefs } from "../remote/mirror.ts";
import { readShallow, shallowFile } from "../remote/shallow.ts";
import { adoptEnvironment } from "./adopt-environment.ts";
import { borrowedFrom } from "./borrow-objects.ts";
import {
  type CheckoutInput,
  checkoutConfig,
  checkoutConfigFile,
  checkoutRepository,
  copyIndex,
  ownerOf,
} from "./checkout-files.ts";
import { give, writeRepository } from "./write-repository.ts";

export type CreatedCheckout = Pick<CaptureState, "baseSha" | "headSha"> & {
  readonly isNew: boolean;
  readonly environmentSha?: string;
};

/**
 * Creates the capture repository and then the checkout, unless they exist. Prepares each of them at a temporary path and then renames it. An
 * existing repository is therefore complete, even if a worker is killed. `headSha` is the last published commit. Throws `branch_not_found` if
 * the repository has branches but not the base branch.
 */
export async function createCheckout(input: CheckoutInput, signal: AbortSignal): Promise<CreatedCheckout> {
  const { site } = input;
  if (await isDirectory(site.checkoutPath)) {
    const known = await readCapture(site.capturePath, input.branch, signal);
    if (known) return { ...publishedOf(known), isNew: false };
  }
  const refs = parseRefs(await listRefs(site.mirrorPath, signal));
  const earlier = await readCapture(site.capturePath, input.branch, signal);
  const known = earlier ?? (await makeCapture(input, refs, signal));
  const isAdoptable = earlier === null && input.isFromEnvironment === true;
  const environmentSha = isAdoptable ? await adoptEnvironment(input, refs, known.headSha, signal) : null;
  const isMissing = !(await isDirectory(site.checkoutPath));
  if (isMissing)
    await placeCheckout(
      input,
      refs,
      { headSha: known.headSha, indexPath: join(site.capturePath, "index") },
      signal,
    );
  return {
    ...publishedOf(known),
    isNew: isMissing || isAdoptable,
    ...(environmentSha !== null && { environmentSha }),
  };
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
  input: Omit<CheckoutInput, "branch"> & { readonly branch: string | null },
  refs: ReadonlyMap<string, string>,
  { headSha, indexPath }: { readonly headSha: string | null; readonly indexPath: string },
  signal: AbortSignal,
): Promise<void> {
  const { site, branch, baseBranch } = input;
  const owner = ownerOf(site);
  await mkdir(dirname(site.checkoutPath), { recursive: true });
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
    const shallow = await readShallow(site.mirrorPath);
    const skeleton = checkoutRepository(
      { site, branch: branch ?? "", config: checkoutConfig(input.publicUrl), shallow },
      refs,
    );
    writeRepository(gitDir, {
      ...skeleton,
      refs: new Map([
        ...(skeleton.refs ?? []),
        ...(headSha && branch !== null ? [[`refs/heads/${branch}`, headSha] as const] : []),
      ]),
      files: {
        ...skeleton.files,
        ...(headSha && branch === null && { HEAD: `${headSha}\n` }),
        "refs/remotes/origin/HEAD": `ref: refs/remotes/origin/${baseBranch}\n`,
      },
    });
    if (headSha) {
      if (![...refs.values()].includes(headSha)) await copyObjects(site, gitDir, headSha, signal);
      await runGit({
        gitDir,
        workTree: tree,
        args: ["read-tree", "--reset", "-u", "--end-of-options", headSha],
        as: owner,
        signal,
      });
      await copyIndex(join(gitDir, "index"), indexPath);
    }
    // Removes anything that is not a folder, because the harness may have removed or replaced the checkout.
    await unlink(site.checkoutPath).catch((cause) => {
      if (cause.code !== "ENOENT") throw cause;
    });
    await rename(tree, site.checkoutPath);
  } finally {
    await rm(parts, { recursive: true, force: true });
  }
}

/** If the mirror does not contain the head, copies it and its history, to recreate a workspace after a capture. */
async function copyObjects(
  site: GitSite,
  gitDir: string,
  headSha: string,
  signal: AbortSignal,
): Promise<void> {
  const there = await runGit({
    gitDir: site.mirrorPath,
    args: ["cat-file", "-e", "--end-of-options", `${headSha}^{commit}`],
    answers: [1, 128],
    signal,
  });
  if (there.code === 0) return;
  const pack = join(gitDir, "objects/pack/pack");
  await runGit({
    gitDir,
    env: { GIT_ALTERNATE_OBJECT_DIRECTORIES: join(site.capturePath, "objects") },
    shallowFile: shallowFile(site.mirrorPath),
    args: ["pack-objects", "--quiet", "--revs", "--honor-pack-keep", pack],
    stdin: `${headSha}\n`,
    as: ownerOf(site),
    signal,
  });
}
