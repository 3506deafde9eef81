import { chmodSync, lchownSync, mkdirSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AppError } from "../../core/base/index.ts";
import type { Layers, SandboxSystem } from "../../core/turns/index.ts";
import type { FileOwner } from "../folders/session-owner.ts";
import { openProcessNames } from "../processes/open-process-names.ts";
import { removeTree } from "../remove-tree.ts";
import { changesIn, systemIn, systemsIn } from "./changes-place.ts";
import { clearChanges } from "./clear-changes.ts";
import type { OverlayFolders } from "./enter-mounts.ts";
import { type MountPoint, makeMountPoints } from "./mount-points.ts";
import { preparePerl } from "./prepare-perl.ts";

/** Layers of this machine, as a sandbox uses them. */
export interface SandboxLayers {
  readonly mount: Layers["mount"];
  /** Host ID that owns the files of ID 0 on disk, if the server is root. The 65,535 IDs after it are reserved, too. */
  readonly firstId: number;
}

/** Prepared system with its folders on this machine. */
export interface OpenSystem extends Pick<SandboxSystem, "profile" | "env"> {
  readonly root: OverlayFolders;
  /** Folder of the images of containers, beside the changes, or null if the programs cannot run containers. */
  readonly containersPath: string | null;
  /** Host ID of ID 0 in each of the overlay's lower folders, in the same order. */
  readonly firstIds: readonly number[];
  /** Folder with empty folders at which the start command mounts: `root`, `session`, `own` and a number for each layer. */
  readonly mountFolder: string;
  /** Host ID that owns the files of ID 0 on disk. */
  readonly firstId: number;
  /** Folder of `preparePerl`. */
  readonly perlFolder: string;
  /** Ends the use of the layers. Idempotent. */
  readonly release: () => Promise<void>;
}

export interface OpenSystemInput {
  readonly dataDir: string;
  readonly layers: SandboxLayers | null;
  readonly system: SandboxSystem;
  /** Folder of the session's sandbox on this machine. */
  readonly ownPath: string;
  readonly mountPoints: readonly MountPoint[];
}

const openingMs = 120_000;

/**
 * Mounts the layers of a system and creates the folders of the session's changes. Throws `sandbox_unavailable` if this server has no
 * layers, and the errors of `Layers.mount`.
 */
export async function openSystem(input: OpenSystemInput): Promise<OpenSystem> {
  const { dataDir, system, ownPath, mountPoints } = input;
  const { layers } = input;
  if (layers === null)
    throw new AppError(
      "sandbox_unavailable",
      "This server stores no layers, so it runs no prepared systems.",
    );
  const parent = systemsIn(ownPath);
  makeShared(parent);
  const own = systemIn(ownPath, system);
  for (const other of await readdir(parent))
    if (other !== basename(own)) await removeTree(join(parent, other));
  makeShared(own);
  const { upper, work, containers } = changesIn(own);
  const containersPath = system.allowsContainers ? containers : null;
  const [changes, mountFolder] = [dirname(upper), join(own, "mounts")];
  const targets = ["root", "session", "own", ...system.layers.map((_, index) => String(index))];
  const further = targets.map((target) => join(mountFolder, target));
  for (const folder of [changes, mountFolder, ...further]) makeShared(folder);
  const reserved = { uid: layers.firstId, gid: layers.firstId };
  // The session's user does not own / in profile `user`, because the owner of a folder can replace its entries, such as /bin.
  for (const folder of [upper, work, ...(containersPath === null ? [] : [containersPath])])
    makeOwned(folder, reserved);
  await clearChanges(upper, mountPoints);
  const perlFolder = await preparePerl(dataDir);
  const mounted = await layers.mount(system.layers, AbortSignal.timeout(openingMs));
  try {
    const place = { parent: own, names: await openProcessNames(dataDir) };
    const points = await makeMountPoints(place, mountPoints, reserved, mounted.folders);
    return {
      profile: system.profile,
      env: system.env,
      containersPath,
      root: { lowers: [...mounted.folders.map(({ path }) => path), points], upper, work },
      firstIds: [...mounted.folders.map(({ firstId }) => firstId ?? 0), layers.firstId],
      mountFolder,
      firstId: layers.firstId,
      perlFolder,
      release: () => mounted.release(),
    };
  } catch (cause) {
    await mounted.release();
    throw cause;
  }
}

/** Creates a folder that other users can traverse but not list. */
export function makeShared(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o711);
}

function makeOwned(path: string, { uid, gid }: FileOwner): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755);
  if (process.getuid?.() !== 0) return;
  lchownSync(path, uid, gid);
}
