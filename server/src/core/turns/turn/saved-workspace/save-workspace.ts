import { AppError, reason } from "../../../base/index.ts";
import type { SavedCapture } from "../../../forges/index.ts";
import { appendEvent } from "../../../sessions/index.ts";
import type { Omissions } from "../../sandbox/omissions.ts";
import type { Sandbox, SandboxFolder } from "../../sandbox/sandbox.ts";
import { homeCaches, packageCaches } from "../../workspace/package-caches.ts";
import type { Checkout } from "../checkout.ts";
import type { TurnContext } from "../turn-context.ts";
import { siteOf } from "../workspace-layout.ts";
import type { SavedCaptureBlobs, SavedTier } from "./saved-workspace.ts";

/** Maximum size of one archive or pack after compression. */
const maxSavedBytes = 2 * 1024 ** 3;
/** Time limit of a save. The limits and the stop of a turn do not apply to it, because the work that it saves is done. */
const saveLimitMs = 5 * 60_000;
/** Time limit after failed, stopped or interrupted work, for which a person or the end of the server waits. */
const unfinishedLimitMs = 30_000;

/**
 * Saves the session's files and captured commits, so that another machine can continue from them. If they cannot be saved,
 * appends a notice, and the work continues. Has no effect if the machines do not share a blob store. Throws `fenced` if the
 * turn has lost its lease.
 */
export function saveWorkspace(
  context: TurnContext,
  sandbox: Sandbox,
  limitMs: number = saveLimitMs,
): Promise<void> {
  return saveOrNote(context, "files", limitMs, async (signal) => {
    const { ports, lease } = context;
    const captures = await storeCaptures(context, signal);
    const tier = tierOf(context);
    const omissions = omissionsOf(context, tier);
    const save = async (folder: SandboxFolder) => {
      const archive = ports.compression.compress(sandbox.exportFolder(folder, signal, omissions[folder]));
      return (await put(context, archive, signal)).id;
    };
    const [workspaceBlobId, homeBlobId] = [await save("workspace"), await save("home")];
    const files = { tier, workspaceBlobId, homeBlobId, savedAt: ports.clock.now() };
    return ports.store.transaction(async ({ savedWorkspaces }) => [
      ...(await savedWorkspaces.saveFiles(lease, ports.settings.machineId, files)),
      ...(await savedWorkspaces.saveCaptures(lease, captures)),
    ]);
  });
}

/** No setup script can restore the ignored files and caches that an environment brought. */
const tierOf = ({ session }: TurnContext): SavedTier => (session.projectId === null ? "changes" : "full");

const omissionsOf = (
  { checkouts }: TurnContext,
  tier: SavedTier,
): Readonly<Record<SandboxFolder, Omissions>> =>
  tier === "full"
    ? { workspace: { paths: [] }, home: { paths: packageCaches } }
    : {
        workspace: { filesInGitOf: checkouts.map(({ use }) => use.directory) },
        home: { paths: homeCaches },
      };

/** Saves the files in the same way after work that failed or was interrupted. Only logs that the turn has lost its lease. */
export async function saveUnfinished(context: TurnContext, sandbox: Sandbox): Promise<void> {
  try {
    await saveWorkspace(context, sandbox, unfinishedLimitMs);
  } catch (cause) {
    const { log } = context.ports;
    log.warn({ sessionId: context.session.id, reason: reason(cause) }, "unfinished work was not saved");
  }
}

/** Saves the session's captured commits in the same way as its files. */
export function saveCaptures(context: TurnContext): Promise<void> {
  return saveOrNote(context, "commits", saveLimitMs, async (signal) => {
    const captures = await storeCaptures(context, signal);
    return context.ports.store.transaction((tx) => tx.savedWorkspaces.saveCaptures(context.lease, captures));
  });
}

async function storeCaptures(context: TurnContext, signal: AbortSignal): Promise<SavedCaptureBlobs[]> {
  const captures: SavedCaptureBlobs[] = [];
  for (const checkout of context.checkouts) {
    const use = (saved: SavedCapture) => storeCapture(context, checkout, saved, signal);
    const capture = await context.ports.git.exportCapture({ site: siteOf(context, checkout) }, use, signal);
    if (capture !== null) captures.push(capture);
  }
  return captures;
}

async function storeCapture(
  context: TurnContext,
  { repository }: Checkout,
  { refs, exclude, formerPack, ownPack }: SavedCapture,
  signal: AbortSignal,
): Promise<SavedCaptureBlobs> {
  const store = async (pack: AsyncIterable<Uint8Array> | null) =>
    pack === null ? null : (await put(context, pack, signal)).id;
  const [formerBlobId, ownBlobId] = [await store(formerPack), await store(ownPack)];
  return { repositoryId: repository.id, refs, exclude, formerBlobId, ownBlobId };
}

function put({ ports, session }: TurnContext, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal) {
  const owner = { organizationId: session.organizationId, kind: "workspace" } as const;
  return ports.blobs.put(owner, bytes, { maxBytes: maxSavedBytes, signal });
}

/** `save` returns the IDs of the blobs that are no longer needed. */
async function saveOrNote(
  context: TurnContext,
  what: "files" | "commits",
  limitMs: number,
  save: (signal: AbortSignal) => Promise<readonly string[]>,
): Promise<void> {
  const { ports, session, lease } = context;
  if (!ports.settings.savesWorkspaces) return;
  let replaced: readonly string[];
  try {
    replaced = await save(AbortSignal.timeout(limitMs));
  } catch (cause) {
    if (cause instanceof AppError && cause.code === "fenced") throw cause;
    ports.log.error({ err: cause, sessionId: session.id }, `a session's ${what} could not be saved`);
    const isTooLarge = cause instanceof AppError && cause.code === "invalid_input";
    const because = isTooLarge ? ", because they are larger than 2 GiB" : "";
    const fix = isTooLarge ? " Delete large files that you do not need." : "";
    const message = `Tembo could not save the session's ${what} to the blob store${because}. If this machine is lost, changes since the last save are lost.${fix}`;
    await appendEvent(context, `unsaved:${what}:${lease.attempt}`, { type: "notice", message });
    return;
  }
  try {
    await ports.blobs.remove(replaced);
  } catch (cause) {
    // A daily job removes what no row refers to.
    ports.log.warn({ sessionId: session.id, reason: reason(cause) }, "replaced files could not be removed");
  }
}
