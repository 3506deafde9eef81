import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError, type Logger } from "../../core/base/index.ts";
import type { Sandbox, SandboxProvider, SandboxSpec } from "../../core/turns/index.ts";
import { enterLimits } from "../cgroup/enter-limits.ts";
import { createSessionLimits } from "../cgroup/session-limits.ts";
import { limitDisk } from "../disk/limit-disk.ts";
import { pidsOfUser } from "../disk/pids-of-user.ts";
import { openWays } from "../folders/ensure-reachable.ts";
import { readHostLayout } from "../folders/host-layout.ts";
import { makeFolder, makeOwnFolders } from "../folders/make-folder.ts";
import { requirePaths } from "../folders/require-paths.ts";
import { type LocalSpec, localSpec, sessionFolders } from "../folders/session-folders.ts";
import { holdSocketsFolder } from "../folders/sockets-folder.ts";
import { launcherForwards } from "../inside/forwards.ts";
import { writeSessionFiles } from "../inside/session-files.ts";
import { chooseLauncher } from "../launcher/choose-launcher.ts";
import { encodeInstructions } from "../launcher/instructions.ts";
import { MountedSandbox } from "../mounted-sandbox.ts";
import { findDescendants } from "../processes/find-descendants.ts";
import { ProcessRecords } from "../processes/process-records.ts";
import { RunningPrograms } from "../processes/running-programs.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { type FileOwner, sessionOwner, usersPerInstallation } from "../workspaces.ts";
import { type BundleInput, describeContainer, type Users } from "./bundle.ts";
import { checkRunsc } from "./check.ts";
import { findContainers, killContainers } from "./find-containers.ts";
import { findRunsc } from "./find-runsc.ts";
import { keepReadOnly } from "./keep-read-only.ts";
import { makeRoot } from "./make-root.ts";
import { startContainer } from "./start-container.ts";

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

/** gVisor may hang before anything of the program runs, as it does on hosts whose virtualization it cannot use. */
const startsWithinMs = 30_000;

/** Sandboxes made with gVisor: their system calls are answered by a kernel of their own, which is a program of an unprivileged user. */
export function createRunsc(options: RunscOptions): SandboxProvider {
  const limitSession = createSessionLimits(options);
  const create = (spec: SandboxSpec) =>
    createSandbox(options, limitSession, localSpec(options.dataDir, spec));
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
/** Holds a folder for each program while it runs. */
const stateFolderIn = (ownPath: string) => join(ownPath, "runsc");

async function createSandbox(
  options: RunscOptions,
  limitSession: ReturnType<typeof createSessionLimits>,
  spec: LocalSpec,
): Promise<Sandbox> {
  const runsc = findRunsc(options.programFolders);
  const owner = sessionOwner(options.uidBase, spec.workspace.sessionNumber);
  const stateFolder = stateFolderIn(spec.ownPath);
  await readyFolders(options, spec, owner);
  const records = recordsIn(spec.ownPath);
  await endLeftovers(records, stateFolder);

  const users = chooseUsers(options, owner);
  const bundle = describeBundle(options, spec, users);
  makeRoot(bundle);
  // Last: what is made from here on must be taken away again.
  const limits = await limitSession(spec.workspace.sessionId, spec.limits);
  const before = () => [
    // The size of a file is limited inside.
    ...enterLimits(limits.joinFiles, Number.MAX_SAFE_INTEGER),
    ...(options.hasReadOnlyMounts === false ? [] : keepReadOnly(readOnlyPaths(bundle))),
  ];
  return new MountedSandbox({
    programName: "runsc",
    spec,
    owner,
    nodeFolder: bundle.nodeFolder,
    releaseSockets: await holdSocketsFolder(spec.socketsPath),
    // The programs inside are no processes of the host: what runs their code is found by its folder.
    programs: new RunningPrograms(records, () => {
      const outside = findContainers(stateFolder);
      return [...outside, ...findDescendants(...outside.map(({ pid }) => pid))];
    }),
    start: (command) => {
      const id = `${options.label?.(command.argv) ?? ""}${randomUUID()}`;
      const folder = join(stateFolder, id);
      mkdirSync(join(folder, "state"), { recursive: true, mode: 0o700 });
      writeFileSync(join(folder, "config.json"), JSON.stringify(describeContainer(bundle)));
      return startContainer({
        argv: [...before(), runsc, ...runscFlags(folder), "run", `--bundle=${folder}`, "--pass-fd=3:3", id],
        folder,
        records,
        startsWithinMs: options.startsWithinMs ?? startsWithinMs,
        instructions: encodeInstructions({ forwards: launcherForwards, ...command }),
      });
    },
    startWatches: (endPrograms) => [
      limits,
      // gVisor has the files open, not the programs.
      limitDisk(
        spec,
        endPrograms,
        users.sentryUid === null ? {} : { pids: () => pidsOfUser(users.sentryUid!) },
      ),
    ],
  });
}

/**
 * systrap needs nothing of the hardware. Writes go to the folders themselves (no overlay), sockets that are mounted can be opened,
 * none can be made for the host to see, and the control groups are the caller's.
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
  // The one user of the namespace that runsc makes: our own, which is root there, without a capability.
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

function describeBundle(options: RunscOptions, spec: LocalSpec, users: Users): BundleInput {
  const launcher = chooseLauncher(options.nodeBinary);
  const layout = readHostLayout();
  const files = writeSessionFiles({
    folder: spec.ownPath,
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
    nodeFolder: dirname(options.nodeBinary),
    interpreter: launcher.interpreter,
    rootPath: join(spec.ownPath, "root"),
  };
}
