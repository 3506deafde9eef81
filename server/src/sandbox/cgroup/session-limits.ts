import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../../core/base/index.ts";
import type { SandboxLimits } from "../../core/turns/index.ts";
import type { GroupSetup } from "../../starter/frames.ts";
import type { LimitWatch } from "../limit-watch.ts";
import { identify, isRunning } from "../processes/process-identity.ts";
import { explainHits } from "./explain-hits.ts";
import { LimitGroup, removeFolders } from "./limit-group.ts";
import { type OpenedParents, openParents } from "./open-parents.ts";

/** Memory, process and CPU limits of a sandbox, where this machine supports them. */
export interface SessionLimits extends LimitWatch {
  /**
   * Control groups that the first process of the sandbox creates and joins. It has no folders if this machine does not support control groups.
   */
  readonly groups: GroupSetup;
  /** Returns the IDs of the sandbox's processes, or null if this machine does not support control groups. */
  processes(): readonly number[] | null;
}

const sweepEveryMs = 60_000;
const noGroups: GroupSetup = { folders: [], settings: [] };

/**
 * Returns a function that sets up the limits of a sandbox in this data folder. The function also removes the groups of exited servers, at most
 * once a minute. On its first call, it logs a warning for each limit that this machine does not support. Without `hasControlGroups`, sets up
 * none.
 */
export function createSessionLimits({
  dataDir,
  log,
  hasControlGroups = true,
  parents: openIn,
  nowMs = () => performance.now(),
}: {
  readonly dataDir: string;
  readonly log: Logger;
  readonly hasControlGroups?: boolean;
  /** Groups in which the groups are created. Defaults to those of this machine. */
  readonly parents?: OpenedParents["parents"];
  readonly nowMs?: () => number;
}) {
  // Prevents two servers on the same machine from removing each other's groups.
  const prefix = `tembo-${createHash("sha256").update(dataDir).digest("hex").slice(0, 12)}`;
  let parents = openIn;
  const open = () => {
    parents ??= openAndLog(`${prefix}-server`, log).parents;
    return parents;
  };
  let sweptAtMs = Number.NEGATIVE_INFINITY;
  const sweepIfDue = async (parents: OpenedParents["parents"]) => {
    if (nowMs() - sweptAtMs < sweepEveryMs) return;
    sweptAtMs = nowMs();
    await sweep([...new Set([...parents.values()].map(({ path }) => path))], prefix, log);
  };
  return async (sessionId: string, limits: SandboxLimits): Promise<SessionLimits> => {
    const parents: OpenedParents["parents"] = hasControlGroups ? open() : new Map();
    if (parents.size === 0)
      return {
        groups: noGroups,
        processes: () => null,
        limitReached: () => null,
        reachedLimits: () => [],
        end: async () => {},
      };
    await sweepIfDue(parents);
    let group: LimitGroup | null = null;
    return {
      // Names the group on first use, because a caller that only prepares a session's folders starts no program and may never stop the
      // sandbox.
      get groups() {
        group ??= new LimitGroup(parents, `${prefix}.${nameGroup(sessionId)}`, limits);
        return group.setup;
      },
      processes: () => group?.processes() ?? [],
      limitReached: () => (group === null ? null : explainHits(group.hits(), limits)),
      reachedLimits() {
        const hits = group?.hits() ?? { memory: 0, processes: 0 };
        return (["memory", "processes"] as const).filter((limit) => hits[limit] > 0);
      },
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
  const leftovers: string[] = [];
  const areRunning = new Map<string, boolean>();
  for (const folder of folders)
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const [, server] = /\.(\d+\.\d+)\.\d+$/.exec(entry.name) ?? [];
      if (!entry.isDirectory() || !entry.name.startsWith(`${prefix}.`) || server === undefined) continue;
      const [pid, startTime] = server.split(".") as [string, string];
      // A server has many groups, and reading about its process is what takes time.
      const isServerRunning = areRunning.get(server) ?? isRunning({ pid: Number(pid), startTime });
      areRunning.set(server, isServerRunning);
      if (!isServerRunning) leftovers.push(join(folder, entry.name));
    }
  if (leftovers.length === 0 || (await removeFolders(leftovers))) return;
  log.warn({ leftovers }, "the control groups of a dead server cannot be removed");
}
