import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../../core/base/index.ts";
import type { SandboxLimits } from "../../core/turns/index.ts";
import type { LimitWatch } from "../limit-watch.ts";
import { identify, isRunning } from "../processes/process-identity.ts";
import { explainHits } from "./explain-hits.ts";
import { LimitGroup, removeFolders } from "./limit-group.ts";
import { type OpenedParents, openParents } from "./open-parents.ts";

/** Memory, process and CPU limits of a sandbox, where this machine supports them. */
export interface SessionLimits extends LimitWatch {
  /**
   * Files of the groups. A process joins the groups by writing 0 to every file. Reading this property for the first time creates the groups. The
   * list is empty if this machine does not support control groups.
   */
  readonly joinFiles: readonly string[];
}

/**
 * Returns a function that sets up the limits of a sandbox in this data folder. The function also removes the groups of exited servers. On its
 * first call, it logs a warning for each limit that this machine does not support. Without `hasControlGroups`, sets up none.
 */
export function createSessionLimits({
  dataDir,
  log,
  hasControlGroups = true,
}: {
  readonly dataDir: string;
  readonly log: Logger;
  readonly hasControlGroups?: boolean;
}) {
  // Prevents two servers on the same machine from removing each other's groups.
  const prefix = `tembo-${createHash("sha256").update(dataDir).digest("hex").slice(0, 12)}`;
  let opened: OpenedParents | undefined;
  const open = () => {
    opened ??= openAndLog(`${prefix}-server`, log);
    return opened;
  };
  return async (sessionId: string, limits: SandboxLimits): Promise<SessionLimits> => {
    const parents: OpenedParents["parents"] = hasControlGroups ? open().parents : new Map();
    if (parents.size === 0) return { joinFiles: [], limitReached: () => null, end: async () => {} };
    await sweep([...new Set([...parents.values()].map(({ path }) => path))], prefix, log);
    let group: LimitGroup | null = null;
    return {
      // Creates the group on first use, because a caller that only prepares a session's folders starts no program and may never stop the
      // sandbox.
      get joinFiles() {
        group ??= new LimitGroup(parents, `${prefix}.${nameGroup(sessionId)}`, limits);
        return group.joinFiles;
      },
      limitReached: () => (group === null ? null : explainHits(group.hits(), limits)),
      async end() {
        if (group === null || (await group.remove())) return;
        log.warn({ sessionId }, "the control group of a stopped sandbox cannot be removed yet");
      },
    };
  };
}

function openAndLog(serverName: string, log: Logger): OpenedParents {
  const opened = openParents(serverName);
  for (const [resource, problem] of opened.problems) {
    log.warn(
      { resource, problem },
      'sandboxes run without this limit; "tembo doctor" explains how to fix it',
    );
  }
  return opened;
}

let count = 0;

/**
 * Returns a group name that identifies this server, so that another server can check if this server is still running. The format is
 * session.pid.startTime.number.
 */
function nameGroup(sessionId: string): string {
  count += 1;
  return `${sessionId}.${process.pid}.${identify(process.pid)!.startTime}.${count}`;
}

/** Removes the groups that belong to exited servers. */
async function sweep(folders: readonly string[], prefix: string, log: Logger): Promise<void> {
  const leftovers = folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name.startsWith(`${prefix}.`) && isLeftover(entry.name))
      .map(({ name }) => join(folder, name)),
  );
  if (leftovers.length === 0 || (await removeFolders(leftovers))) return;
  log.warn({ leftovers }, "the control groups of a dead server cannot be removed");
}

function isLeftover(name: string): boolean {
  const [, pid, startTime] = /\.(\d+)\.(\d+)\.\d+$/.exec(name) ?? [];
  return startTime !== undefined && !isRunning({ pid: Number(pid), startTime });
}
