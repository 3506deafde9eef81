import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError, idsOfRoot, type Logger, type Measure } from "../../core/base/index.ts";
import type { Sandbox, SandboxProvider, SandboxSpec } from "../../core/turns/index.ts";
import { createSessionLimits, type SessionLimits } from "../cgroup/session-limits.ts";
import { limitDisk } from "../disk/limit-disk.ts";
import { recentPidsOfUsers } from "../disk/pids-of-users.ts";
import { openWays } from "../folders/ensure-reachable.ts";
import { readHostLayout } from "../folders/host-layout.ts";
import { makeFolder, makeOwnFolders } from "../folders/make-folder.ts";
import { requirePaths } from "../folders/require-paths.ts";
import { type LocalSpec, localSpec, sessionFolders } from "../folders/session-folders.ts";
import { type FileOwner, sessionOwner, usersPerInstallation } from "../folders/session-owner.ts";
import { holdSocketsFolder, removeSocketsOf } from "../folders/sockets-folder.ts";
import { interpreter } from "../init/init-text.ts";
import { writeSessionFiles } from "../inside/session-files.ts";
import { SharedFiles } from "../inside/shared-files.ts";
import { MountedSandbox } from "../mounted-sandbox.ts";
import { findDescendants } from "../processes/find-descendants.ts";
import type { ProcessIdentity } from "../processes/process-identity.ts";
import { ProcessRecords } from "../processes/process-records.ts";
import { residentBytes } from "../processes/stand-still.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { listChanges } from "../system/changes-place.ts";
import { keepReadOnly } from "../system/keep-read-only.ts";
import type { SandboxLayers } from "../system/open-system.ts";
import { perlInside } from "../system/prepare-perl.ts";
import { type BundleInput, describeContainer, type Users } from "./bundle.ts";
import { checkRunsc } from "./check.ts";
import { findContainers, killContainers } from "./find-containers.ts";
import { getRunsc } from "./get-runsc.ts";
import { makeRoot } from "./make-root.ts";
import { type ContainerRoot, openRoot } from "./open-root.ts";
import { startContainer } from "./start-container.ts";

export interface RunscOptions {
  readonly dataDir: string;
  /** Path that `prepareRuntime` returned. Every user can read it, and its folder contains only the runtime. */
  readonly nodeBinary: string;
  /**
   * First user ID if the server is root. Session n has the uid and gid uidBase + n % 50,000, and its gVisor runs as that ID plus 50,000.
   */
  readonly uidBase: number;
  readonly rootUidBase?: number;
  readonly log: Logger;
  readonly layers?: SandboxLayers;
  /** Folders to search for runsc. */
  readonly programFolders?: readonly string[];
  readonly hasControlGroups?: boolean;
  readonly measure?: Measure | undefined;
  /** Test options: the time limit for starting a sandbox, and controls that omit the read-only mounts and the separate users or change init. */
  readonly startsWithinMs?: number;
  readonly hasReadOnlyMounts?: boolean;
  readonly hasOwnUsers?: boolean;
  readonly changeInit?: (text: string) => string;
}

/** Creates sandboxes with gVisor. A separate kernel, which runs as an unprivileged user, handles the programs' system calls. */
export function createRunsc(options: RunscOptions): SandboxProvider {
  const limitSession = createSessionLimits(options);
  const parts = { ...options, limitSession, shared: new SharedFiles(options.dataDir) };
  const create = (spec: SandboxSpec) => createSandbox(parts, localSpec(options.dataDir, spec));
  return {
    name: "runsc",
    check: () => checkRunsc(options, create),
    create,
    clear: async (sessionId) => {
      const { ownPath, socketsPath } = sessionFolders(options.dataDir, { sessionId });
      await endLeftovers(recordsIn(ownPath), stateFolderIn(ownPath));
      await rm(socketsPath, { recursive: true, force: true });
    },
  };
}

const recordsIn = (ownPath: string) => new ProcessRecords(join(ownPath, "processes"));
/** Returns the folder with a subfolder for each container. A session has one, or more if one has just ended. */
const stateFolderIn = (ownPath: string) => join(ownPath, "runsc");

interface Parts extends RunscOptions {
  readonly limitSession: ReturnType<typeof createSessionLimits>;
  readonly shared: SharedFiles;
}

async function createSandbox(options: Parts, spec: LocalSpec): Promise<Sandbox> {
  const runsc = getRunsc(options.programFolders);
  const owner = sessionOwner(options.uidBase, spec.workspace.sessionNumber);
  const stateFolder = stateFolderIn(spec.ownPath);
  await readyFolders(options, spec, owner);
  const records = recordsIn(spec.ownPath);
  await endLeftovers(records, stateFolder);

  await using held = new AsyncDisposableStack();
  const rootOptions = { ...options, nodeFolder: dirname(options.nodeBinary) };
  const root = await openRoot(rootOptions, spec, owner, held);
  const users =
    root.ids === null ? chooseUsers(options, owner) : { inside: { uid: 0, gid: 0 }, sentryUid: null };
  const shown = { ...spec, workspacePath: root.workspacePath, homePath: root.homePath };
  const bundle = await describeBundle(options, shown, users, root);
  if (root.system === null) makeRoot(bundle);
  const changes = await listChanges(spec.ownPath);
  // The limits are created last, because every later step would have to remove them on failure.
  const limits = await options.limitSession(spec.workspace.sessionId, spec.limits);
  const before = [
    ...root.before,
    ...(options.hasReadOnlyMounts === false ? [] : keepReadOnly(readOnlyPaths(bundle))),
  ];
  held.defer(await holdSocketsFolder(options.dataDir, spec.socketsPath));
  const hostUser = root.ids === null ? owner : { uid: root.ids.firstId, gid: root.ids.firstId };
  if (root.ids !== null) held.defer(() => removeSocketsOf(spec.socketsPath, hostUser, idsOfRoot));
  const kept = held.move();
  return new MountedSandbox({
    programName: "runsc",
    measure: options.measure,
    spec,
    owner: hostUser,
    system: root.system,
    perl: root.system === null ? undefined : perlInside,
    nodeFolder: bundle.nodeFolder,
    records,
    release: () => kept.disposeAsync(),
    startInit: () => {
      const id = randomUUID();
      const folder = join(stateFolder, id);
      mkdirSync(stateFolder, { recursive: true, mode: 0o711 });
      mkdirSync(join(folder, "state"), { recursive: true, mode: 0o700 });
      writeFileSync(join(folder, "config.json"), JSON.stringify(describeContainer(bundle)));
      for (const path of [folder, join(folder, "state")]) root.giveFolder(path);
      return startContainer({
        argv: [...before, runsc, ...runscFlags(folder), "run", `--bundle=${folder}`, "--pass-fd=3:3", id],
        folder,
        records,
        // The file size is limited inside the sandbox instead.
        groups: limits.groups,
      });
    },
    programUser: users.inside.uid === 0 ? null : users.inside,
    startsWithinMs: options.startsWithinMs,
    // Programs in the sandbox are not host processes, so only init can pause some of them.
    pausing: (init) => ({
      pause: () => init.pause(),
      resume: async () => init.resume(),
      memoryBytes: async () => residentBytes(hostProcesses(records, stateFolder)),
    }),
    startWatches: (endPrograms) => [
      limits,
      // gVisor, not the program, has the files open.
      limitDisk(
        [spec.workspacePath, spec.homePath, ...changes],
        spec.limits,
        endPrograms,
        pidsFor(users, root, limits),
      ),
    ],
  });
}

/** Returns how to find the host processes that have the files of the programs open. */
function pidsFor(
  { sentryUid }: Users,
  { ids }: ContainerRoot,
  limits: SessionLimits,
): { pids?: () => readonly number[] } {
  if (ids !== null) return { pids: () => limits.processes() ?? recentPidsOfUsers(ids.firstId, idsOfRoot) };
  return sentryUid === null ? {} : { pids: () => limits.processes() ?? recentPidsOfUsers(sentryUid) };
}

/** Returns gVisor's processes, which hold the memory of the programs. */
function hostProcesses(records: ProcessRecords, stateFolder: string): ProcessIdentity[] {
  const outside = [...records.running(), ...findContainers(stateFolder)];
  const found = [...outside, ...findDescendants(...outside.map(({ pid }) => pid))];
  return [...new Map(found.map((process) => [process.pid, process])).values()];
}

/**
 * Returns the flags of runsc. The systrap platform needs no hardware support. Programs write directly to the mounted folders (no overlay).
 * They can connect to mounted sockets, but cannot create sockets on the host. Control groups are managed by the caller.
 */
function runscFlags(folder: string): string[] {
  return [
    `--root=${folder}/state`,
    "--platform=systrap",
    "--network=none",
    "--host-uds=open",
    "--overlay2=none",
    "--ignore-cgroups",
    ...(process.getuid?.() === 0 ? [] : ["--rootless"]),
  ];
}

function chooseUsers({ hasOwnUsers = true }: RunscOptions, owner: Users["inside"]): Users {
  // The user namespace that runsc creates contains only the server's own user. This user is root inside the namespace, and has no
  // capabilities outside.
  if (process.getuid!() !== 0) return { inside: { uid: 0, gid: 0 }, sentryUid: null };
  return { inside: owner, sentryUid: hasOwnUsers ? owner.uid + usersPerInstallation : null };
}

function readOnlyPaths({ spec, nodeFolder }: BundleInput): string[] {
  return [...(spec.isWorkspaceReadOnly ? [spec.workspacePath] : []), nodeFolder, ...spec.readOnlyPaths];
}

async function readyFolders(
  { dataDir, nodeBinary }: RunscOptions,
  spec: LocalSpec,
  owner: FileOwner,
): Promise<void> {
  const { workspacePath, homePath, ownPath, socketsPath } = spec;
  await makeOwnFolders(spec, owner);
  for (const folder of [ownPath, socketsPath]) await makeFolder(folder);
  await requirePaths(spec.readOnlyPaths);
  const sources = [workspacePath, homePath, ...spec.readOnlyPaths, nodeBinary].map((path) => dirname(path));
  openWays(dataDir, [ownPath, socketsPath, ...sources]);
}

/**
 * Kills the recorded processes, then all containers whose state is in this folder, and removes the folder. Throws `sandbox_unavailable` if a
 * process remains.
 */
async function endLeftovers(records: ProcessRecords, stateFolder: string): Promise<void> {
  await records.endAll();
  if (!(await waitUntil(() => !killContainers(stateFolder), 10_000))) {
    throw new AppError(
      "sandbox_unavailable",
      `A gVisor process left by a previous server has not exited. Stop the processes that have ${stateFolder} in their arguments, then try again.`,
    );
  }
  rmSync(stateFolder, { recursive: true, force: true });
}

async function describeBundle(
  options: Parts,
  spec: LocalSpec,
  users: Users,
  { rootPath, system }: ContainerRoot,
): Promise<BundleInput> {
  const layout = readHostLayout();
  const files = await writeSessionFiles({
    folder: spec.ownPath,
    shared: options.shared,
    ...users.inside,
    spec,
    bundles: layout.bundles,
    changeInit: options.changeInit,
  });
  return {
    spec,
    layout,
    files,
    users,
    nodeFolder: dirname(options.nodeBinary),
    perl: system === null ? [interpreter] : perlInside,
    system,
    rootPath,
  };
}
