import { dirname, join } from "node:path";
import { type Logger, paths } from "../../core/base/index.ts";
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
import { publish, writeSessionFiles } from "../inside/session-files.ts";
import { chooseLauncher } from "../launcher/choose-launcher.ts";
import { ProcessRecords } from "../processes/process-records.ts";
import { buildFilter } from "../seccomp/build-filter.ts";
import { buildArguments, dropPrivileges } from "./arguments.ts";
import { BubblewrapSandbox } from "./bubblewrap-sandbox.ts";
import { checkBubblewrap } from "./check.ts";
import { findPrograms } from "./find-programs.ts";

export interface BubblewrapOptions {
  readonly dataDir: string;
  /** As `prepareRuntime` returned it: readable by every user, in a folder that holds nothing else. */
  readonly nodeBinary: string;
  /** As root, sessions run under the users from here on: number n has uid and gid uidBase + n % 50,000. */
  readonly uidBase: number;
  readonly log: Logger;
  /** Where bwrap and setpriv are looked for. */
  readonly programFolders?: readonly string[];
  /** Tests only: without, as a machine has none; and without the system call filter, as the control. */
  readonly hasPerl?: boolean;
  readonly hasFilter?: boolean;
}

const usersPerInstallation = 50_000;

/** Sandboxes made with bubblewrap: every namespace unshared, no network, an unprivileged user, few system calls, limits. */
export function createBubblewrap(options: BubblewrapOptions): SandboxProvider {
  const limitSession = createSessionLimits(options);
  const create = (spec: SandboxSpec) => createSandbox(options, limitSession, spec);
  const clear = async (sessionId: string) => {
    await recordsOf(options.dataDir, sessionId).endAll();
    await removeDoors(options.dataDir, sessionId);
  };
  return {
    name: "bubblewrap",
    check: () => checkBubblewrap(options, create),
    create,
    readyFolders: async (place) => {
      const owner = userOf(options, place.sessionNumber);
      await makeOwnFolders(place, owner);
      await clear(place.sessionId);
      return owner;
    },
    clear,
    ownerOf: (sessionNumber) => userOf(options, sessionNumber),
  };
}

const recordsOf = (dataDir: string, sessionId: string) =>
  new ProcessRecords(join(paths.session(dataDir, sessionId), "sandbox", "processes"));

async function createSandbox(
  options: BubblewrapOptions,
  limitSession: ReturnType<typeof createSessionLimits>,
  spec: SandboxSpec,
): Promise<Sandbox> {
  const { uid, gid } = userOf(options, spec.sessionNumber);
  const own = join(paths.session(options.dataDir, spec.sessionId), "sandbox");
  const records = await readyFolders(options, spec, own);
  const machine = describeMachine(options, spec, own);
  const hasOwnUser = process.getuid?.() === 0;
  const limits = await limitSession(spec.sessionId, spec.limits);
  return new BubblewrapSandbox({
    ...machine,
    enter: () => enterLimits(limits.joinFiles, spec.limits.diskBytes),
    uid,
    gid,
    spec,
    records,
    // Each tells in `limitReached` and ends with the sandbox.
    startWatches: (endPrograms) => [
      limits,
      limitDisk(spec, endPrograms, hasOwnUser ? { pids: () => pidsOfUser(uid) } : {}),
    ],
  });
}

/** Makes what is missing, and ends what an earlier process left running. */
async function readyFolders(
  { dataDir, nodeBinary, uidBase }: BubblewrapOptions,
  spec: SandboxSpec,
  own: string,
): Promise<ProcessRecords> {
  await makeOwnFolders(spec, userOf({ uidBase }, spec.sessionNumber));
  await makeFolder(own);
  const doors = Object.values<string>({ ...spec.doors });
  for (const folder of new Set(doors.map((path) => dirname(path)))) await makeFolder(folder);
  await requirePaths(spec.readOnlyPaths);
  const sources = [spec.workspacePath, spec.homePath, ...spec.readOnlyPaths, ...doors, nodeBinary];
  openWays(dataDir, [own, ...sources.map((path) => dirname(path))]);
  const records = recordsOf(dataDir, spec.sessionId);
  await records.endAll();
  return records;
}

function describeMachine(options: BubblewrapOptions, spec: SandboxSpec, own: string) {
  const { nodeBinary, hasFilter = true } = options;
  const programs = findPrograms(options.programFolders);
  const { uid, gid } = userOf(options, spec.sessionNumber);
  const launcher = chooseLauncher(nodeBinary, options.hasPerl);
  const layout = readHostLayout();
  const doors = planDoors(spec);
  const nodeFolder = dirname(nodeBinary);
  const files = writeSessionFiles({
    folder: own,
    uid,
    gid,
    launcher: launcher.text,
    spec,
    bundles: layout.bundles,
  });
  const argv = [
    ...(programs.setpriv === null ? [] : [programs.setpriv, ...dropPrivileges(uid, gid)]),
    programs.bwrap,
    ...buildArguments({
      spec,
      files,
      layout,
      doors,
      nodeFolder,
      interpreter: launcher.interpreter,
      hasFilter,
    }),
  ];
  return { argv, nodeFolder, doors, filterPath: publish(join(own, "filter"), buildFilter()) };
}

/** Not root: there is one user, ours, and bubblewrap keeps it. */
function userOf(
  { uidBase }: Pick<BubblewrapOptions, "uidBase">,
  sessionNumber: number,
): { uid: number; gid: number } {
  const own = process.getuid!();
  if (own !== 0) return { uid: own, gid: process.getgid!() };
  const uid = uidBase + (sessionNumber % usersPerInstallation);
  return { uid, gid: uid };
}
