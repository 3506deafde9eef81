import { lchownSync, statSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../core/base/index.ts";
import type { LocalSpec } from "../folders/session-folders.ts";
import type { FileOwner } from "../folders/session-owner.ts";
import { enterMounts, overlayMount } from "../system/enter-mounts.ts";
import { mountForRoot, usersOfRoot } from "../system/mount-for-root.ts";
import { listMountPoints } from "../system/mount-points.ts";
import { openSystem, type SandboxLayers } from "../system/open-system.ts";
import { publishPrograms } from "../system/publish-programs.ts";
import { type RootIds, takeRootIds } from "../system/root-ids.ts";
import type { BundleSystem } from "./bundle.ts";

/** Root file system of a container. */
export interface ContainerRoot extends Pick<LocalSpec, "workspacePath" | "homePath"> {
  readonly rootPath: string;
  /** Start of the command line, which mounts a prepared system and executes runsc. */
  readonly before: readonly string[];
  readonly system: BundleSystem | null;
  /** IDs of a container with profile `root`, or null. */
  readonly ids: RootIds | null;
  /** Makes a folder of the container's own accessible to the user that runs runsc. */
  readonly giveFolder: (path: string) => void;
}

export interface RootOptions {
  readonly dataDir: string;
  readonly layers?: SandboxLayers;
  readonly rootUidBase?: number;
  readonly nodeFolder: string;
}

/**
 * Opens the system of a container. `held` releases it. Throws `sandbox_unavailable` if this server cannot run it, and the errors of
 * `Layers.mount`.
 */
export async function openRoot(
  options: RootOptions,
  spec: LocalSpec,
  owner: FileOwner,
  held: AsyncDisposableStack,
): Promise<ContainerRoot> {
  const { workspacePath, homePath, ownPath } = spec;
  const plain = { workspacePath, homePath, system: null, ids: null, giveFolder: () => {} };
  if (spec.system === null) return { ...plain, before: [], rootPath: join(ownPath, "root") };
  if (spec.system.profile === "builder")
    throw new AppError(
      "sandbox_unavailable",
      "gVisor cannot build images. Select another sandbox with TEMBO_SANDBOX, or use an image as the project's source.",
    );
  if (process.getuid?.() !== 0)
    throw new AppError(
      "sandbox_unavailable",
      "gVisor runs a project's system only if the server is root. Run the server as root, select another sandbox with TEMBO_SANDBOX, or remove the system from the project.",
    );
  const { profile, allowsContainers } = spec.system;
  if (allowsContainers)
    throw new AppError(
      "sandbox_unavailable",
      'gVisor cannot run containers in a sandbox. Select another sandbox with TEMBO_SANDBOX, or set the project\'s "containers" to false.',
    );
  const system = await openSystem({
    dataDir: options.dataDir,
    layers: options.layers ?? null,
    system: spec.system,
    ownPath,
    mountPoints: listMountPoints(spec, spec.system, options.nodeFolder, (path) =>
      statSync(path).isDirectory(),
    ),
  });
  held.defer(() => system.release());
  const rootPath = join(system.mountFolder, "root");
  const shown = { profile, env: system.env, perlFolder: system.perlFolder };
  if (profile === "user") {
    const before = enterMounts([overlayMount(system.root, rootPath)]);
    return { ...plain, rootPath, before, system: { ...shown, programsFolder: null } };
  }
  const ids = await takeRootIds(options.dataDir, options.rootUidBase);
  held.defer(() => ids.release());
  const mounted = mountForRoot(system, spec, owner, ids.firstId);
  return {
    rootPath,
    workspacePath: mounted.workspacePath,
    homePath: mounted.homePath,
    before: [
      ...enterMounts(mounted.mounts, { users: usersOfRoot(ids.firstId) }),
      // Only root inside the user namespace can mount the overlay and then write to it.
      ...enterMounts([overlayMount(mounted.root, rootPath)]),
    ],
    system: { ...shown, programsFolder: await publishPrograms(join(ownPath, "programs"), false) },
    ids,
    giveFolder: (path) => lchownSync(path, ids.firstId, ids.firstId),
  };
}
