import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Logger, Measure } from "../../core/base/index.ts";
import type { Sandbox, SandboxProvider, SandboxSpec } from "../../core/turns/index.ts";
import { createSessionLimits } from "../cgroup/session-limits.ts";
import { limitDisk } from "../disk/limit-disk.ts";
import { recentPidsOfUsers } from "../disk/pids-of-users.ts";
import { openWays } from "../folders/ensure-reachable.ts";
import { readHostLayout } from "../folders/host-layout.ts";
import { makeFolder, makeOwnFolders } from "../folders/make-folder.ts";
import { requirePaths } from "../folders/require-paths.ts";
import { type LocalSpec, localSpec, sessionFolders } from "../folders/session-folders.ts";
import { type FileOwner, sessionOwner } from "../folders/session-owner.ts";
import { holdSocketsFolder, removeSocketsOf } from "../folders/sockets-folder.ts";
import { interpreter } from "../init/init-text.ts";
import { writeSessionFiles } from "../inside/session-files.ts";
import { SharedFiles } from "../inside/shared-files.ts";
import { MountedSandbox } from "../mounted-sandbox.ts";
import { findDescendants } from "../processes/find-descendants.ts";
import { pausableProcesses } from "../processes/pausable-processes.ts";
import type { ProcessIdentity } from "../processes/process-identity.ts";
import { ProcessRecords } from "../processes/process-records.ts";
import { buildFilter } from "../seccomp/build-filter.ts";
import { listChanges } from "../system/changes-place.ts";
import type { SandboxLayers } from "../system/open-system.ts";
import { perlInside } from "../system/prepare-perl.ts";
import { buildArguments, readOnlySources } from "./arguments.ts";
import { checkBubblewrap } from "./check.ts";
import { getPrograms } from "./get-programs.ts";
import { type Machine, openMachine } from "./open-machine.ts";
import { startInit } from "./start-init.ts";

export interface BubblewrapOptions {
  readonly dataDir: string;
  /** Path that `prepareRuntime` returned. Every user can read it, and its folder contains only the runtime. */
  readonly nodeBinary: string;
  /** First user ID of the sandboxes if the server is root: session n has the uid and gid uidBase + n % 50,000. */
  readonly uidBase: number;
  readonly rootUidBase?: number;
  readonly log: Logger;
  readonly layers?: SandboxLayers;
  /** Returns the host path whose contents the sandbox sees at a read-only path. Defaults to the same path. */
  readonly sourceOf?: (readOnlyPath: string) => string;
  /** Folders to search for bwrap and setpriv. */
  readonly programFolders?: readonly string[];
  readonly hasControlGroups?: boolean;
  readonly measure?: Measure | undefined;
  /** Test options, as controls: `hasFilter: false` omits the system call filter, `hasLockedMounts: false` leaves the mounts of a sandbox unlocked, `changeInit` changes the source text of init. */
  readonly hasFilter?: boolean;
  readonly hasLockedMounts?: boolean;
  readonly changeInit?: (text: string) => string;
}

/**
 * Creates sandboxes with bubblewrap. Each sandbox has separate namespaces of every kind, no network, an unprivileged user, a system call
 * filter and resource limits.
 */
export function createBubblewrap(options: BubblewrapOptions): SandboxProvider {
  const limitSession = createSessionLimits(options);
  const parts = { ...options, limitSession, shared: new SharedFiles(options.dataDir) };
  const create = (spec: SandboxSpec) => createSandbox(parts, localSpec(options.dataDir, spec));
  return {
    name: "bubblewrap",
    // Its mounts follow a renamed folder.
    movesWorkspaces: true,
    check: () => checkBubblewrap(options, create),
    create,
    clear: async (sessionId) => {
      const { ownPath, socketsPath } = sessionFolders(options.dataDir, { sessionId });
      await recordsIn(ownPath).endAll();
      await rm(socketsPath, { recursive: true, force: true });
    },
  };
}

const recordsIn = (ownPath: string) => new ProcessRecords(join(ownPath, "processes"));

interface Parts extends BubblewrapOptions {
  readonly limitSession: ReturnType<typeof createSessionLimits>;
  readonly shared: SharedFiles;
}

async function createSandbox(options: Parts, spec: LocalSpec): Promise<Sandbox> {
  const owner = sessionOwner(options.uidBase, spec.workspace.sessionNumber);
  const records = await readyFolders(options, spec, owner);
  const machineOptions = {
    ...options,
    nodeFolder: dirname(options.nodeBinary),
    sourceOf: options.sourceOf ?? samePath,
  };
  await using held = new AsyncDisposableStack();
  const machine = await openMachine(machineOptions, spec, owner, held);
  const { argv: bubblewrap, nodeFolder, filterPath } = await describeMachine(options, spec, owner, machine);
  const changes = await listChanges(spec.ownPath);
  const limits = await options.limitSession(spec.workspace.sessionId, spec.limits);
  held.defer(await holdSocketsFolder(options.dataDir, spec.socketsPath));
  if (machine.users > 1) held.defer(() => removeSocketsOf(spec.socketsPath, machine.user, machine.users));
  const kept = held.move();
  return new MountedSandbox({
    programName: "bubblewrap",
    spec,
    owner: machine.user,
    nodeFolder,
    records,
    system: machine.system,
    perl: machine.system === null ? undefined : perlInside,
    measure: options.measure,
    release: () => kept.disposeAsync(),
    startInit: () =>
      startInit({
        argv: bubblewrap,
        groups: limits.groups,
        maxFileBytes: spec.limits.diskBytes,
        records,
        filterPath,
      }),
    // Excludes bubblewrap and init, so that files can be copied by a program while the others are paused.
    pausing: () => pausableProcesses(() => programsIn(records)),
    // Each watch reports through `limitReached` and stops with the sandbox.
    startWatches: (endPrograms) => [
      limits,
      limitDisk(
        [spec.workspacePath, spec.homePath, ...changes],
        spec.limits,
        endPrograms,
        process.getuid?.() === 0
          ? { pids: () => limits.processes() ?? recentPidsOfUsers(machine.user.uid, machine.users) }
          : {},
      ),
    ],
  });
}

/**
 * Creates missing folders, makes them reachable for the sandbox's user and kills processes that an earlier server left running. Returns the
 * session's process records. Throws `sandbox_unavailable` if a read-only path is missing, a folder is not reachable or a process remains.
 */
async function readyFolders(
  { dataDir, nodeBinary, sourceOf = samePath }: BubblewrapOptions,
  spec: LocalSpec,
  owner: FileOwner,
): Promise<ProcessRecords> {
  const { workspacePath, homePath, ownPath, socketsPath } = spec;
  await makeOwnFolders(spec, owner);
  for (const folder of [ownPath, socketsPath]) await makeFolder(folder);
  const readOnly = spec.readOnlyPaths.map((path) => sourceOf(path));
  await requirePaths(readOnly);
  const sources = [workspacePath, homePath, ...readOnly, nodeBinary].map((path) => dirname(path));
  openWays(dataDir, [ownPath, socketsPath, ...sources]);
  const records = recordsIn(ownPath);
  await records.endAll();
  return records;
}

/** Returns the processes below the recorded ones, which are bubblewrap and init. */
function programsIn(records: ProcessRecords): ProcessIdentity[] {
  const recorded = new Set(records.running().map(({ pid }) => pid));
  return findDescendants(...recorded).filter(({ pid }) => !recorded.has(pid));
}

const samePath = (path: string) => path;

async function describeMachine(options: Parts, spec: LocalSpec, owner: FileOwner, machine: Machine) {
  const { uid, gid } = owner;
  const { nodeBinary, shared, hasFilter = true, sourceOf = samePath } = options;
  const programs = getPrograms(options.programFolders);
  const layout = readHostLayout();
  const nodeFolder = dirname(nodeBinary);
  const files = await writeSessionFiles({
    folder: spec.ownPath,
    shared,
    ...(machine.programs === "builder" ? { uid: 0, gid: 0 } : { uid, gid }),
    spec,
    bundles: layout.bundles,
    changeInit: options.changeInit,
  });
  const { before, programs: filtered, system, workspacePath, homePath } = machine;
  const bwrapArguments = buildArguments({
    spec: { ...spec, workspacePath, homePath },
    sourceOf,
    files,
    layout,
    nodeFolder,
    hasFilter,
    perl: system === null ? [interpreter] : perlInside,
    system,
    programs: filtered,
  });
  // Otherwise, programs that can mount could make the mounts writable.
  const hasLocks = filtered !== "session" && options.hasLockedMounts !== false;
  const locks = {
    readOnlyPaths: hasLocks ? readOnlySources(bwrapArguments) : [],
    hasOwnControlGroups: hasLocks && filtered === "containers",
  };
  const argv = [...before(locks), programs.bwrap, ...bwrapArguments];
  const filterPath = await shared.path(`filter-${filtered}`, () => buildFilter({ programs: filtered }));
  return { argv, nodeFolder, filterPath };
}
