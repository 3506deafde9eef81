import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { GitSite } from "../../core/forges/index.ts";
import { parseRefs } from "../capture/capture-state.ts";
import { listRefs } from "../remote/mirror.ts";
import { pointWorkspace } from "./advance-workspace.ts";
import { makeCapture, placeCheckout } from "./checkout.ts";
import type { CheckoutInput } from "./checkout-files.ts";

/** Creates a checkout with a detached HEAD, before the session's branch has a name. */
export async function prepareCheckout(
  input: Omit<CheckoutInput, "branch">,
  signal: AbortSignal,
): Promise<string | null> {
  const { site, baseBranch } = input;
  const refs = parseRefs(await listRefs(site.mirrorPath, signal));
  const headSha = refs.get(`refs/heads/${baseBranch}`);
  if (headSha === undefined) return null;
  await mkdir(dirname(site.capturePath), { recursive: true, mode: 0o711 });
  await placeCheckout({ ...input, branch: null }, refs, { headSha, indexPath: preparedIndex(site) }, signal);
  return headSha;
}

/** Gives a prepared checkout its branch, unless the branch or its base has changed on the forge. */
export async function nameCheckout(
  input: CheckoutInput & { readonly baseSha: string },
  signal: AbortSignal,
): Promise<boolean> {
  const { site, branch, baseBranch, baseSha } = input;
  const refs = parseRefs(await listRefs(site.mirrorPath, signal));
  if (refs.get(`refs/heads/${baseBranch}`) !== baseSha || refs.has(`refs/heads/${branch}`)) return false;
  await makeCapture(input, refs, signal);
  await rename(preparedIndex(site), join(site.capturePath, "index"));
  await pointWorkspace({ site, branch, head: baseSha }, signal);
  return true;
}

/** Path at which the index waits for the capture repository, where no sandbox can change it. */
const preparedIndex = (site: GitSite) => `${site.capturePath}.index`;
