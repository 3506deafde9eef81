import { join } from "node:path";
import { type Logger, reason } from "../../core/base/index.ts";
import type { GitSite } from "../../core/forges/index.ts";
import { readCapture } from "../capture/capture-state.ts";
import { moveBranch, notePublished } from "../capture/move-branch.ts";
import { has, treeOf } from "../push/merge.ts";
import type { MirrorAccess } from "../push/push.ts";
import type { LocatedRemote } from "../remote/locate-remote.ts";
import { pointWorkspace } from "./advance-workspace.ts";
import { readWorkspaceHead } from "./workspace-head.ts";

export interface AdoptInput {
  readonly site: GitSite;
  readonly remote: LocatedRemote;
  readonly branch: string;
  readonly sha: string;
}

export interface AdoptResult {
  readonly outcome: "adopted" | "leftWorkspace" | "different";
}

export async function adopt(
  input: AdoptInput,
  mirror: MirrorAccess,
  log: Logger,
  signal: AbortSignal,
): Promise<AdoptResult> {
  const { site, branch, sha } = input;
  const known = (await readCapture(site.capturePath, branch, signal))?.headSha ?? null;
  if (known === null) return { outcome: "different" };
  if (known !== sha) {
    // Required even if the commit already exists, because the mirror must match the forge.
    await mirror.refresh(branch);
    if (!(await has(site, sha, signal))) return { outcome: "different" };
    if ((await treeOf(site, sha, signal)) !== (await treeOf(site, known, signal)))
      return { outcome: "different" };
    await moveBranch(input, known, sha, signal);
    await notePublished(site, sha, signal);
  }
  const workspaceHead = await readWorkspaceHead(join(site.checkoutPath, ".git"));
  if (workspaceHead === sha) return { outcome: "adopted" };
  if (workspaceHead === null || workspaceHead !== known) {
    log.warn({ branch }, "the workspace has changed; its next capture continues from the forge's commits");
    return { outcome: "leftWorkspace" };
  }
  return pointTo(input, log, signal);
}

async function pointTo(
  { site, branch, sha }: AdoptInput,
  log: Logger,
  signal: AbortSignal,
): Promise<AdoptResult> {
  try {
    await pointWorkspace({ site, branch, head: sha }, signal);
    return { outcome: "adopted" };
  } catch (cause) {
    signal.throwIfAborted();
    log.warn({ branch, reason: reason(cause) }, "the workspace's branch could not be moved to the forge's");
    return { outcome: "leftWorkspace" };
  }
}
