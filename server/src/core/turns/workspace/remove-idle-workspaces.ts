import { dayMs, paths, reason } from "../../base/index.ts";
import type { Session, SessionRepository } from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";

const atOnce = 500;

/**
 * Removes the workspace and HOME of sessions that have been idle for the configured number of days, if everything in
 * the workspace has been pushed. The next message creates them again. Ignores sessions whose files are on another machine. Checks each session once after its last change,
 * and at most `atOnce` sessions per call. Returns the number of removed workspaces.
 */
export async function removeIdleWorkspaces(ports: TurnsPorts, signal: AbortSignal): Promise<number> {
  const { workspaceDays, machineId } = ports.settings;
  if (workspaceDays === 0) return 0;
  const before = new Date(ports.clock.now().getTime() - workspaceDays * dayMs);
  let removed = 0;
  for (const session of await ports.store.sessions.uncheckedWorkspaces(machineId, before, atOnce)) {
    signal.throwIfAborted();
    if (await tryRemove(ports, session, signal)) removed += 1;
  }
  return removed;
}

async function tryRemove(ports: TurnsPorts, session: Session, signal: AbortSignal): Promise<boolean> {
  const { store, workspaceFiles, log } = ports;
  let canGo = false;
  try {
    canGo = await isAllPublished(ports, session, signal);
  } catch (cause) {
    signal.throwIfAborted();
    log.warn(
      { sessionId: session.id, reason: reason(cause) },
      "an idle workspace is kept, because it cannot be inspected",
    );
  }
  const { dataDir } = ports.settings;
  const aside = paths.removed(dataDir, session.id);
  const isSetAside = await store.transaction(async (tx) => {
    const now = await tx.sessions.lock(session.organizationId, session.id);
    const isIdle = now !== null && now.updatedAt.getTime() === session.updatedAt.getTime();
    // No turn can begin while the row is locked, and a turn that began earlier has changed the row.
    if (!isIdle || (await tx.turns.active(session.id)) !== null) return false;
    if ((await tx.warmSandboxRecords.find(session.id)) !== null) return false;
    if ((await tx.preparations.find(session.id)) !== null) return false;
    await tx.sessions.setWorkspaceChecked(session.id, ports.clock.now());
    if (!canGo) return false;
    const folders = [paths.workspace(dataDir, session.id), paths.home(dataDir, session.id)];
    return workspaceFiles.setAside(folders, aside);
  });
  if (!isSetAside) return false;
  await workspaceFiles.discard(aside);
  return true;
}

async function isAllPublished(ports: TurnsPorts, session: Session, signal: AbortSignal): Promise<boolean> {
  const { dataDir } = ports.settings;
  const uses = await ports.store.sessions.repositories(session.id);
  const entries = await ports.workspaceFiles.list(paths.workspace(dataDir, session.id));
  // Files outside the checkouts are not on any forge.
  if (entries.some((name) => !uses.some(({ directory }) => directory === name))) return false;
  for (const use of uses) if (!(await isPublished(ports, session, use, signal))) return false;
  return true;
}

function isPublished(
  ports: TurnsPorts,
  session: Session,
  { repositoryId, directory, branchName }: SessionRepository,
  signal: AbortSignal,
): Promise<boolean> {
  const { dataDir } = ports.settings;
  const site = {
    mirrorPath: paths.mirror(dataDir, repositoryId),
    checkoutPath: `${paths.workspace(dataDir, session.id)}/${directory}`,
    capturePath: paths.capture(dataDir, session.id, directory),
    ...ports.workspaces.ownerOf(session.number),
  };
  return ports.git.isPublished({ site, branch: branchName }, signal);
}
