import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { AppError, type Logger, paths } from "../../core/base/index.ts";
import type { Sandbox, SandboxProvider, SandboxSpec } from "../../core/turns/index.ts";
import { enterLimits } from "../cgroup/enter-limits.ts";
import { createSessionLimits } from "../cgroup/session-limits.ts";
import { limitDisk } from "../disk/limit-disk.ts";
import { pidsOfUser } from "../disk/pids-of-user.ts";
import { openWays } from "../folders/ensure-reachable.ts";
import { readHostLayout } from "../folders/host-layout.ts";
import { makeFolder, makeOwnFolders } from "../folders/make-folder.ts";
import { removeDoors } from "../folders/remove-doors.ts";
import { requirePaths } from "../folders/require-paths.ts";
import { planDoors } from "../inside/doors.ts";
import { writeSessionFiles } from "../inside/session-files.ts";
import { chooseLauncher } from "../launcher/choose-launcher.ts";
import { ProcessRecords } from "../processes/process-records.ts";
import { waitUntil } from "../processes/wait-until.ts";
import type { BundleInput, Users } from "./bundle.ts";
import { checkRunsc } from "./check.ts";
import { killContainers } from "./find-containers.ts";
import { findRunsc } from "./find-runsc.ts";
import { keepReadOnly } from "./keep-read-only.ts";
import { makeRoot } from "./make-root.ts";
import { RunscSandbox } from "./runsc-sandbox.ts";

export interface RunscOptions {
  readonly dataDir: string;
  /** As `prepareRuntime` returned it: readable by every user, in a folder that holds nothing else. */
  readonly nodeBinary: string;
  /** As root, session n has uid and gid uidBase + n % 50,000, and its gVisor runs as that plus 50,000. */
  readonly uidBase: number;
  readonly log: Logger;
  /** Where runsc is looked for. */
  readonly programFolders?: readonly string[];
  /** Tests only: the begin of a container's name, by which a program inside is told apart from outside. */
  readonly label?: (argv: readonly string[]) => string;
  /** Tests only: how long a program may take to begin; and without the read-only mounts and the own users, as the controls. */
  readonly startsWithinMs?: number;
  readonly hasReadOnlyMounts?: boolean;
  readonly hasOwnUsers?: boolean;
}

const usersPerInstallation = 50_000;

/** gVisor may hang before anything of the program runs, as it does on hosts whose virtualization it cannot use. */
const startsWithinMs = 30_000;

/** Sandboxes made with gVisor: their system calls are answered by a kernel of their own, which is a program of an unprivileged user. */
export function createRunsc(options: RunscOptions): SandboxProvider {
  const limitSession = createSessionLimits(options);
  const create = (spec: SandboxSpec) => createSandbox(options, limitSession, spec);
  const clear = async (sessionId: string) => {
    const own = join(paths.session(options.dataDir, sessionId), "sandbox");
    await endLeftovers(new ProcessRecords(join(own, "processes")), join(own, "runsc"));
    await removeDoors(options.dataDir, sessionId);
  };
  return {
    name: "runsc",
    check: () => checkRunsc(options, create),
    create,
    readyFolders: async (place) => {
      const owner = ownerOf(options, place.sessionNumber);
      await makeOwnFolders(place, owner);
      await clear(place.sessionId);
      return owner;
    },
    clear,
    ownerOf: (sessionNumber) => ownerOf(options, sessionNumber),
  };
}

async function createSandbox(
  options: RunscOptions,
  limitSession: ReturnType<typeof createSessionLimits>,
  spec: SandboxSpec,
): Promise<Sandbox> {
  const runsc = findRunsc(options.programFolders);
  const owner = ownerOf(options, spec.sessionNumber);
  const own = join(paths.session(options.dataDir, spec.sessionId), "sandbox");
  const stateFolder = join(own, "runsc");
  await readyFolders(options, spec, own, owner);
  const records = new ProcessRecords(join(own, "processes"));
  await endLeftovers(records, stateFolder);

  const users = chooseUsers(options, owner);
  const bundle = describeBundle(options, spec, own, users);
  makeRoot(bundle);
  // Last: what is made from here on must be taken away again.
  const limits = await limitSession(spec.sessionId, spec.limits);
  return new RunscSandbox({
    runsc,
    owner,
    spec,
    bundle,
    stateFolder,
    records,
    before: () => [
      // The size of a file is limited inside.
      ...enterLimits(limits.joinFiles, Number.MAX_SAFE_INTEGER),
      ...(options.hasReadOnlyMounts === false ? [] : keepReadOnly(readOnlyPaths(bundle))),
    ],
    startWatches: (endPrograms) => [
      limits,
      // gVisor has the files open, not the programs.
      limitDisk(
        spec,
        endPrograms,
        users.sentryUid === null ? {} : { pids: () => pidsOfUser(users.sentryUid!) },
      ),
    ],
    startsWithinMs: options.startsWithinMs ?? startsWithinMs,
    ...(options.label && { label: options.label }),
  });
}

function chooseUsers({ hasOwnUsers = true }: RunscOptions, owner: Users["inside"]): Users {
  // The one user of the namespace that runsc makes: our own, which is root there, without a capability.
  if (process.getuid!() !== 0) return { inside: { uid: 0, gid: 0 }, sentryUid: null };
  return { inside: owner, sentryUid: hasOwnUsers ? owner.uid + usersPerInstallation : null };
}

function readOnlyPaths({ spec, nodeFolder }: BundleInput): string[] {
  return [...(spec.isWorkspaceReadOnly ? [spec.workspacePath] : []), nodeFolder, ...spec.readOnlyPaths];
}

async function readyFolders(
  { dataDir, nodeBinary }: RunscOptions,
  spec: SandboxSpec,
  own: string,
  owner: Users["inside"],
): Promise<void> {
  await makeOwnFolders(spec, owner);
  await makeFolder(own);
  const doors = Object.values<string>({ ...spec.doors });
  for (const folder of new Set(doors.map((path) => dirname(path)))) await makeFolder(folder);
  await requirePaths(spec.readOnlyPaths);
  const sources = [spec.workspacePath, spec.homePath, ...spec.readOnlyPaths, ...doors, nodeBinary];
  openWays(dataDir, [own, ...sources.map((path) => dirname(path))]);
}

/** By record, then whatever has its state here. */
async function endLeftovers(records: ProcessRecords, stateFolder: string): Promise<void> {
  await records.endAll();
  if (!(await waitUntil(() => !killContainers(stateFolder), 10_000))) {
    throw new AppError(
      "sandbox_unavailable",
      `A gVisor of an earlier server does not end. Look for processes with ${stateFolder} in their arguments.`,
    );
  }
  rmSync(stateFolder, { recursive: true, force: true });
}

function describeBundle(options: RunscOptions, spec: SandboxSpec, own: string, users: Users): BundleInput {
  const launcher = chooseLauncher(options.nodeBinary);
  const layout = readHostLayout();
  const files = writeSessionFiles({
    folder: own,
    ...users.inside,
    launcher: launcher.text,
    spec,
    bundles: layout.bundles,
  });
  return {
    spec,
    layout,
    files,
    users,
    doors: planDoors(spec),
    nodeFolder: dirname(options.nodeBinary),
    interpreter: launcher.interpreter,
    rootPath: join(own, "root"),
  };
}

/** Not root: there is one user, ours. */
function ownerOf({ uidBase }: Pick<RunscOptions, "uidBase">, sessionNumber: number): Users["inside"] {
  const own = process.getuid!();
  if (own !== 0) return { uid: own, gid: process.getgid!() };
  const uid = uidBase + (sessionNumber % usersPerInstallation);
  return { uid, gid: uid };
}
