import { AppError, paths } from "../../../base/index.ts";
import { repositoryUrl, type SavedCapture } from "../../../forges/index.ts";
import { appendEvent } from "../../../sessions/index.ts";
import type { SandboxFolder } from "../../sandbox/sandbox.ts";
import { placeRestored, removeRestored } from "../../workspace/remove-restored.ts";
import { removeFolders } from "../../workspace/separate-repositories.ts";
import { unpackFolders } from "../../workspace/unpack-folders.ts";
import type { Checkout } from "../checkout.ts";
import { limitsOf } from "../open-sandbox.ts";
import type { TurnContext } from "../turn-context.ts";
import { siteOf, workspaceOf } from "../workspace-layout.ts";
import { describeLoss } from "./describe-loss.ts";
import { hasNewestFiles } from "./has-newest-files.ts";
import { lacksTrackedFiles } from "./restore-tracked.ts";
import type { SavedFiles } from "./saved-workspace.ts";

/** True if this machine has the session's newest files and everything that its steps need besides a sandbox. */
export async function isWorkspaceHere(context: TurnContext): Promise<boolean> {
  const { ports, session, checkouts } = context;
  const { dataDir } = ports.settings;
  if (!(await hasNewestFiles(ports, session.id))) return false;
  const mirrors = checkouts.map(({ repository }) => paths.mirror(dataDir, repository.id));
  for (const folder of [paths.workspace(dataDir, session.id), paths.home(dataDir, session.id), ...mirrors])
    if (!(await isFolder(ports, folder))) return false;
  return !(await lacksTrackedFiles(context));
}

const isFolder = ({ workspaceFiles }: Pick<TurnContext["ports"], "workspaceFiles">, path: string) => {
  const end = path.lastIndexOf("/");
  return workspaceFiles.isFolder(path.slice(0, end), path.slice(end + 1));
};

/**
 * Restores the session's saved files if another machine has its newest files. They replace older files of this machine,
 * which remain only if nothing was saved. Appends a notice if files are lost, and the turn's prompt is then sent again
 * unless the conversation contains it.
 */
export async function restoreFiles(context: TurnContext, signal: AbortSignal): Promise<void> {
  const { ports, session } = context;
  const { dataDir, machineId } = ports.settings;
  const known = await ports.store.savedWorkspaces.find(session.id);
  if (known === null || known.machineId === machineId) return;
  const restored = known.saved !== null && (await tryUnpack(context, known.saved, signal));
  if (restored) await removeFolders(ports, session.id, [paths.captures(dataDir, session.id)]);
  const hasOlder = !restored && (await isFolder(ports, paths.workspace(dataDir, session.id)));
  await noteLoss(context, { saved: restored ? known.saved : null, isCurrent: known.isCurrent, hasOlder });
}

/** Restores the session's saved commits where this machine has none. The mirrors must be current. */
export async function restoreCaptures(context: TurnContext, signal: AbortSignal): Promise<void> {
  const { ports, session, checkouts } = context;
  const known = await ports.store.savedWorkspaces.find(session.id);
  if (known === null || known.machineId === ports.settings.machineId) return;
  const saved = await ports.store.savedWorkspaces.listCaptures(session.id);
  const read = (id: string | null) =>
    id === null ? null : ports.blobs.get(session.organizationId, id, signal);
  for (const checkout of checkouts) {
    const found = saved.find(({ repositoryId }) => repositoryId === checkout.repository.id);
    if (found === undefined) continue;
    const { refs, exclude, formerBlobId, ownBlobId } = found;
    const capture: SavedCapture = { refs, exclude, formerPack: read(formerBlobId), ownPack: read(ownBlobId) };
    await importOrStartAgain(context, checkout, capture, signal);
  }
}

/** If the commits cannot be restored, removes the restored checkout, which may refer to them. It is then created again. */
async function importOrStartAgain(
  context: TurnContext,
  checkout: Checkout,
  saved: SavedCapture,
  signal: AbortSignal,
): Promise<void> {
  const { ports, session, lease } = context;
  const { repository, use } = checkout;
  const publicUrl = repositoryUrl(ports.settings.publicUrl, repository);
  const site = siteOf(context, checkout);
  try {
    await ports.git.importCapture({ site, publicUrl, branch: use.branchName, saved }, signal);
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof AppError) || !["git_failed", "not_found"].includes(cause.code)) throw cause;
    ports.log.error(
      { err: cause, sessionId: session.id },
      "the saved commits of a session cannot be restored",
    );
    await removeFolders(ports, session.id, [site.checkoutPath]);
    await appendEvent(context, `lostCheckout:${repository.id}:${lease.attempt}`, {
      type: "notice",
      message: `${use.directory}: The saved commits cannot be restored on this machine. The checkout starts from the pushed commits.`,
    });
  }
}

/**
 * Unpacks beside the session's folders, and renames the folders when they are complete, the workspace last. Returns false if
 * the saved files no longer exist.
 */
async function tryUnpack(context: TurnContext, saved: SavedFiles, signal: AbortSignal): Promise<boolean> {
  const { ports, session } = context;
  const ids = { workspace: saved.workspaceBlobId, home: saved.homeBlobId };
  const read = (folder: SandboxFolder) =>
    ports.compression.decompress(ports.blobs.get(session.organizationId, ids[folder], signal));
  const workspace = { ...workspaceOf(context), sessionId: paths.restoring(session.id) };
  await removeRestored(ports, session.id);
  try {
    await unpackFolders(ports, read, { workspace, limits: limitsOf(context), priority: "normal" }, signal);
    await placeRestored(ports, session.id);
    return true;
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== "not_found") throw cause;
    ports.log.error({ err: cause, sessionId: session.id }, "the saved files of a session are missing");
    return false;
  } finally {
    await removeRestored(ports, session.id);
  }
}

async function noteLoss(
  context: TurnContext,
  {
    saved,
    isCurrent,
    hasOlder,
  }: { readonly saved: SavedFiles | null; readonly isCurrent: boolean; readonly hasOlder: boolean },
): Promise<void> {
  const { ports, lease, turn, session } = context;
  const message = describeLoss({
    hasWorked: turn.isPromptSent,
    isFirst: turn.number === 1,
    savedAt: saved?.savedAt ?? null,
    isCurrent,
    hasOlder,
    hasPrompt: saved?.promptedTurnId === turn.id,
  });
  if (message === null) return;
  if (turn.isPromptSent && saved?.promptedTurnId !== turn.id)
    await ports.store.turns.setPromptSent(lease, false);
  ports.log.warn({ sessionId: session.id, turnId: turn.id }, "a session continues without its newest files");
  await appendEvent(context, `lostFiles:${lease.attempt}`, { type: "notice", message });
}
