import { paths } from "../../../base/index.ts";
import { appendEvent } from "../../../sessions/index.ts";
import { deletedFilesFolder } from "../../sandbox/omissions.ts";
import { openSandbox } from "../open-sandbox.ts";
import type { TurnContext } from "../turn-context.ts";
import { writeTrackedFiles } from "./write-tracked-files.ts";

/** True if the workspace was restored without the files that git can write again, and they are still missing. */
export async function lacksTrackedFiles({ ports, session }: TurnContext): Promise<boolean> {
  const workspace = paths.workspace(ports.settings.dataDir, session.id);
  if (!(await ports.workspaceFiles.isFolder(workspace, deletedFilesFolder))) return false;
  const known = await ports.store.savedWorkspaces.find(session.id);
  return known?.saved?.tier === "changes";
}

/**
 * Writes the files that the saved workspace left out because git can write them again. Appends a notice that ignored files are
 * missing. Returns true if the workspace was completed. The mirrors and the checkouts' paths to them must be current.
 */
export async function restoreTracked(context: TurnContext, signal: AbortSignal): Promise<boolean> {
  if (!(await lacksTrackedFiles(context))) return false;
  const wish = { readOnlyPaths: [], isWorkspaceReadOnly: false, system: null };
  const sandbox = await openSandbox(context, wish);
  try {
    const names = context.checkouts.map(({ use }) => use.directory);
    await writeTrackedFiles(sandbox, names, signal);
  } finally {
    await sandbox.stop();
  }
  await appendEvent(context, `ignoredFiles:${context.lease.attempt}`, {
    type: "notice",
    message: "Caches and the files that git ignores were not saved. Any setup script runs again.",
  });
  return true;
}
