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

/** One sandbox's limits on memory, processes and processor time, as far as this machine has them. */
export interface SessionLimits extends LimitWatch {
  /** A process joins by writing 0 to each; the groups are made when this is first read. Empty where none can be made. */
  readonly joinFiles: readonly string[];
}

/** Makes the control groups of the sandboxes of one data folder. */
export function createSessionLimits({ dataDir, log }: { readonly dataDir: string; readonly log: Logger }) {
  // Two servers of one machine must not sweep each other's.
  const prefix = `tembo-${createHash("sha256").update(dataDir).digest("hex").slice(0, 12)}`;
  let opened: OpenedParents | undefined;
  const open = () => {
    opened ??= openAndTell(`${prefix}-server`, log);
    return opened;
  };
  return async (sessionId: string, limits: SandboxLimits): Promise<SessionLimits> => {
    const { parents } = open();
    if (parents.size === 0) return { joinFiles: [], limitReached: () => null, end: async () => {} };
    await sweep([...new Set([...parents.values()].map(({ path }) => path))], prefix, log);
    let group: LimitGroup | null = null;
    return {
      // Not before: who only readies the folders of a session starts no program, and may never stop the sandbox.
      get joinFiles() {
        group ??= new LimitGroup(parents, `${prefix}.${nameGroup(sessionId)}`, limits);
        return group.joinFiles;
      },
      limitReached: () => (group === null ? null : explainHits(group.hits(), limits)),
      async end() {
        if (group === null || (await group.remove())) return;
        log.warn({ sessionId }, "A control group of a stopped sandbox cannot be removed yet");
      },
    };
  };
}

function openAndTell(serverName: string, log: Logger): OpenedParents {
  const opened = openParents(serverName);
  for (const [resource, problem] of opened.problems) {
    log.warn({ resource, problem }, 'Sandboxes run without this limit; "tembo doctor" says the mend');
  }
  return opened;
}

let count = 0;

/** Names its server, so that another one can tell whether it is still there: session.pid.startTime.number. */
function nameGroup(sessionId: string): string {
  count += 1;
  return `${sessionId}.${process.pid}.${identify(process.pid)!.startTime}.${count}`;
}

/** Removes the groups of servers that are gone. */
async function sweep(folders: readonly string[], prefix: string, log: Logger): Promise<void> {
  const leftovers = folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name.startsWith(`${prefix}.`) && isLeftover(entry.name))
      .map(({ name }) => join(folder, name)),
  );
  if (leftovers.length === 0 || (await removeFolders(leftovers))) return;
  log.warn({ leftovers }, "Control groups of a dead server cannot be removed");
}

function isLeftover(name: string): boolean {
  const [, pid, startTime] = /\.(\d+)\.(\d+)\.\d+$/.exec(name) ?? [];
  return startTime !== undefined && !isRunning({ pid: Number(pid), startTime });
}
