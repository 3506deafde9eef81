import { join } from "node:path";
import { isId, paths, reason } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";
import { decideRemoval } from "./decide-removal.ts";
import type { LeftId } from "./session-folder-store.ts";

type Ports = Pick<TurnsPorts, "store" | "sandboxes" | "workspaceFiles" | "settings" | "clock" | "log">;

const pageSize = 500;

/**
 * Removes the folders of purged and unknown sessions from this machine. The job that purges a session removes only the
 * folders of the machine on which it runs. Builds and copies of environments have other names. Logs what cannot be
 * removed. Returns the number of sessions.
 */
export async function removeLeftSessions(ports: Ports, signal: AbortSignal): Promise<number> {
  const { workspaceFiles, settings, store } = ports;
  let removed = 0;
  for (const folder of [paths.sessions(settings.dataDir), paths.allSockets(settings.dataDir)]) {
    for await (const names of workspaceFiles.pages(folder, pageSize)) {
      const found = new Map(names.flatMap((name) => (toId(name) === null ? [] : [[toId(name)!, name]])));
      if (found.size === 0) continue;
      for (const left of await store.sessionFolders.findLeft([...found.keys()])) {
        signal.throwIfAborted();
        if (await tryRemove(ports, left, join(folder, found.get(left.id)!))) removed += 1;
      }
    }
  }
  return removed;
}

async function tryRemove(ports: Ports, left: LeftId, folder: string): Promise<boolean> {
  try {
    const changedAt = await findLastChange(ports, left, folder);
    if (changedAt === null || !decideRemoval(left, changedAt, ports.clock.now())) return false;
    return await remove(ports, left.id);
  } catch (cause) {
    ports.log.warn(
      { sessionId: left.id, reason: reason(cause) },
      "files of a deleted session could not be removed; retrying later",
    );
    return false;
  }
}

/**
 * Returns the time of the last change of the folder, and of all folders that belong to an unknown session. Null if the
 * folder is missing.
 */
async function findLastChange(
  { workspaceFiles, settings: { dataDir } }: Ports,
  { id, isPurged }: LeftId,
  folder: string,
): Promise<Date | null> {
  let last = await workspaceFiles.modifiedAt(folder);
  if (last === null || isPurged) return last;
  for (const name of [id, paths.restoring(id)]) {
    for (const path of [paths.session, paths.workspace, paths.home, paths.sockets, paths.purged]) {
      const changedAt = await workspaceFiles.modifiedAt(path(dataDir, name));
      if (changedAt !== null && changedAt > last) last = changedAt;
    }
  }
  return last;
}

async function remove({ store, sandboxes, workspaceFiles, settings }: Ports, id: string): Promise<boolean> {
  const { dataDir } = settings;
  const names = [id, paths.restoring(id)];
  for (const name of names) await sandboxes.clear(name);
  const aside = paths.purged(dataDir, id);
  const isLeft = await store.transaction(async (tx) => {
    // No session with this ID can be created while the files are set aside.
    await tx.sessionChanges.lockId(id);
    if ((await tx.sessionFolders.findLeft([id])).length === 0) return false;
    await workspaceFiles.setAside(
      names.map((name) => paths.session(dataDir, name)),
      aside,
    );
    return true;
  });
  if (!isLeft) return false;
  const left = [aside, paths.purged(dataDir, paths.restoring(id))];
  for (const path of [...left, ...names.map((name) => paths.sockets(dataDir, name))])
    await workspaceFiles.discard(path);
  return true;
}

/** Returns the ID in the name of a session's folder, which may be a restore or being removed, or null for another folder. */
function toId(name: string): string | null {
  const id = name.replace(/\.removed$/, "").replace(/\.env$/, "");
  return isId(id) ? id : null;
}
