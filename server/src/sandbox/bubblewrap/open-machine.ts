import { statSync } from "node:fs";
import { join } from "node:path";
import { idsOfRoot } from "../../core/base/index.ts";
import type { SandboxSystem } from "../../core/turns/index.ts";
import type { LocalSpec } from "../folders/session-folders.ts";
import type { FileOwner } from "../folders/session-owner.ts";
import type { FilteredPrograms } from "../seccomp/system-calls.ts";
import { publishContainersConfig } from "../system/containers-config.ts";
import { listMountPoints } from "../system/mount-points.ts";
import { type OpenSystem, openSystem, type SandboxLayers } from "../system/open-system.ts";
import { publishPrograms } from "../system/publish-programs.ts";
import { type RootIds, takeRootIds } from "../system/root-ids.ts";
import type { SystemArguments } from "./arguments.ts";
import { getPrograms } from "./get-programs.ts";
import { requireSystemSupport } from "./require-system-support.ts";
import {
  type SystemStart,
  startBuilder,
  startMachine,
  startRootSystem,
  startUserSystem,
} from "./start-system.ts";

/** System that bubblewrap starts: the programs of this machine, or a prepared system. */
export interface Machine extends Pick<LocalSpec, "workspacePath" | "homePath">, Pick<SystemStart, "before"> {
  readonly system: (SystemArguments & Pick<SandboxSystem, "allowsContainers" | "env">) | null;
  readonly programs: FilteredPrograms;
  /** Host user of init, and the number of host users that programs can have. */
  readonly user: FileOwner;
  readonly users: number;
}

export interface MachineOptions {
  readonly dataDir: string;
  readonly layers?: SandboxLayers;
  readonly rootUidBase?: number;
  readonly nodeFolder: string;
  readonly programFolders?: readonly string[] | undefined;
  readonly sourceOf: (readOnlyPath: string) => string;
}

/**
 * Opens the system of a sandbox. `held` releases it. Throws `sandbox_unavailable` if this server cannot run it, and the errors of
 * `Layers.mount`.
 */
export async function openMachine(
  options: MachineOptions,
  spec: LocalSpec,
  owner: FileOwner,
  held: AsyncDisposableStack,
): Promise<Machine> {
  const { setpriv } = getPrograms(options.programFolders);
  const { workspacePath, homePath } = spec;
  const plain = {
    workspacePath,
    homePath,
    system: null,
    programs: "session",
    user: owner,
    users: 1,
  } as const;
  if (spec.system === null) return { ...plain, ...startMachine(owner, setpriv) };
  if (spec.system.profile === "builder") {
    await requireSystemSupport("builder", getPrograms(options.programFolders).bwrap);
    const ids = await takeRootIds(options.dataDir, options.rootUidBase);
    held.defer(() => ids.release());
    const start = startBuilder(options.layers, spec, owner, ids.firstId);
    return { ...plain, ...start, ...usersOf(ids), programs: "builder" };
  }
  const system = await openOwnSystem(options, spec, spec.system);
  held.defer(() => system.release());
  const { profile, env, perlFolder } = system;
  const allowsContainers = system.containersPath !== null;
  const given = { profile, allowsContainers, env, perlFolder };
  if (profile === "user") {
    const { before, root } = startUserSystem(system, owner, setpriv);
    return { ...plain, before, system: { ...given, root, programsFolder: null, containers: null } };
  }
  const ids = await takeRootIds(options.dataDir, options.rootUidBase);
  held.defer(() => ids.release());
  const { root, containersPath: storage, ...start } = startRootSystem(system, spec, owner, ids.firstId);
  const configFolder = join(spec.ownPath, "containers");
  const hasCertificate = spec.trustedCertificate !== null;
  const containers =
    storage === null
      ? null
      : { storage, config: await publishContainersConfig(configFolder, hasCertificate) };
  return {
    ...plain,
    ...start,
    ...usersOf(ids),
    programs: containers === null ? "session" : "containers",
    system: {
      ...given,
      root,
      containers,
      programsFolder: await publishPrograms(join(spec.ownPath, "programs"), containers !== null),
    },
  };
}

const usersOf = ({ firstId }: RootIds) => ({ user: { uid: firstId, gid: firstId }, users: idsOfRoot });

async function openOwnSystem(
  { dataDir, layers, nodeFolder, programFolders, sourceOf }: MachineOptions,
  spec: LocalSpec,
  system: SandboxSystem,
): Promise<OpenSystem> {
  await requireSystemSupport(system.profile, getPrograms(programFolders).bwrap);
  return openSystem({
    dataDir,
    layers: layers ?? null,
    system,
    ownPath: spec.ownPath,
    mountPoints: listMountPoints(spec, system, nodeFolder, (path) => statSync(sourceOf(path)).isDirectory()),
  });
}
