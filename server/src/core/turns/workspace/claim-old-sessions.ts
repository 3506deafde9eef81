import { isId, paths } from "../../base/index.ts";
import type { TurnsPorts } from "../ports.ts";

const pageSize = 500;

/**
 * Records that this machine has the files of the sessions in its data folder on which only a version without several
 * machines worked. Call it before the worker accepts turns. Otherwise, another machine could start such a session without
 * its files.
 */
export async function claimOldSessions({
  workspaceFiles,
  settings: { dataDir, machineId },
  store,
  log,
}: Pick<TurnsPorts, "store" | "workspaceFiles" | "settings" | "log">): Promise<void> {
  let sessions = 0;
  for await (const names of workspaceFiles.pages(paths.sessions(dataDir), pageSize))
    sessions += await store.savedWorkspaces.claim(names.filter(isId), machineId);
  if (sessions > 0) log.info({ sessions }, "recorded this machine for sessions of an earlier version");
}
