import { mkdir, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { GitSite, PreparedCheckout } from "../../core/forges/index.ts";
import { runTogether } from "../../runtime/run-together.ts";
import { moveIndex } from "../capture/kept-index.ts";
import { gitText } from "../process/run-git.ts";
import { listRefs } from "../remote/mirror.ts";
import { adoptEnvironment, type HostCopies, isAdoptable, passAdoption } from "./adopt-environment.ts";
import { pointWorkspace } from "./advance-workspace.ts";
import { copiesIn, makeCapture, placeCheckout } from "./checkout.ts";
import type { CheckoutInput } from "./checkout-files.ts";

/** Creates a checkout with a detached HEAD, before the session's branch has a name. */
export async function prepareCheckout(
  input: Omit<CheckoutInput, "branch">,
  signal: AbortSignal,
): Promise<PreparedCheckout | null> {
  const { site, baseBranch, environment } = input;
  const refs = await listRefs(site.mirrorPath, signal);
  const baseSha = refs.get(`refs/heads/${baseBranch}`);
  if (baseSha === undefined) return null;
  await mkdir(dirname(site.capturePath), { recursive: true, mode: 0o711 });
  const files = { headSha: baseSha, ...preparedCopies(site) };
  const unnamed = { ...input, branch: null };
  if (environment === undefined || !(await isAdoptable(environment))) {
    await placeCheckout(unnamed, refs, files, signal);
    return { baseSha };
  }
  const environmentSha = await adoptEnvironment({ ...unnamed, environment }, refs, files, signal);
  return {
    baseSha,
    ...(environmentSha !== null && { environmentSha }),
    hasForeignSubmodules: await hasSubmodules(site.mirrorPath, baseSha, signal),
  };
}

async function hasSubmodules(gitDir: string, commit: string, signal: AbortSignal): Promise<boolean> {
  const args = ["ls-tree", "-r", "--format=%(objectmode)", "--end-of-options", commit];
  return (await gitText({ gitDir, args, signal })).split("\n").includes(submoduleMode);
}

const submoduleMode = "160000";

/** Gives a prepared checkout its branch, unless the branch or its base has changed on the forge. */
export async function nameCheckout(
  input: CheckoutInput & { readonly baseSha: string },
  signal: AbortSignal,
): Promise<{ readonly environmentSha?: string } | null> {
  const { site, branch, baseBranch, baseSha, environment } = input;
  const refs = await listRefs(site.mirrorPath, signal);
  if (refs.get(`refs/heads/${baseBranch}`) !== baseSha || refs.has(`refs/heads/${branch}`)) return null;
  const [adopted] = await runTogether(
    [
      async (within) => {
        await makeCapture(input, refs, within);
        const passed = environment === undefined ? null : await passAdoption(environment);
        await moveCopies(site, passed !== null);
        return passed;
      },
      (within) => pointWorkspace({ site, branch, head: baseSha }, within),
    ],
    signal,
  );
  return adopted?.environmentSha == null ? {} : { environmentSha: adopted.environmentSha };
}

async function moveCopies(site: GitSite, hasExclude: boolean): Promise<void> {
  const [from, to] = [preparedCopies(site), copiesIn(site.capturePath)];
  await moveIndex(from.indexPath, to.indexPath);
  if (!hasExclude) return;
  await mkdir(dirname(to.excludePath), { recursive: true });
  await rename(from.excludePath, to.excludePath);
}

/** Paths at which the copies wait for the capture repository. */
const preparedCopies = ({ capturePath }: GitSite): HostCopies => ({
  indexPath: `${capturePath}.index`,
  excludePath: `${capturePath}.exclude`,
});
