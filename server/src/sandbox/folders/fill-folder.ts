import { execFile } from "node:child_process";
import { chmod, lchown, lstat, mkdir, mkdtemp, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { AppError, withReason } from "../../core/base/index.ts";
import type { MountedLayers } from "../../core/turns/index.ts";
import { enterMounts, idmappedBind } from "../system/enter-mounts.ts";
import { openWays } from "./ensure-reachable.ts";
import { makeFolder } from "./make-folder.ts";
import type { FileOwner } from "./session-owner.ts";

const execute = promisify(execFile);
const copyingMs = 30 * 60_000;

export interface Filling {
  readonly dataDir: string;
  /** Folder on this machine. Nothing happens if it exists. */
  readonly path: string;
  readonly owner: FileOwner;
  /** Absolute path of the folder in the layers. */
  readonly pathInLayers: string;
  /** Lowest first. */
  readonly layers: MountedLayers["folders"];
}

/**
 * Creates a session's folder with the content that the highest layer has for it. Copies beside the folder and renames it, so that a folder
 * that exists is complete. The copy runs as the session's user, because the content is hostile, and belongs to this user. Throws
 * `sandbox_unavailable` if the content cannot be copied.
 */
export async function fillFolder(
  { dataDir, path, owner, pathInLayers, layers }: Filling,
  signal: AbortSignal,
) {
  if (await isThere(path)) return;
  const found = await findFolder(layers, pathInLayers);
  if (found === null) return;
  await makeFolder(dirname(path));
  openWays(dataDir, [dirname(path)]);
  const unfinished = `${path}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  const mounted = await mkdtemp(`${path}.source-`);
  try {
    await chmod(mounted, 0o711);
    await copy(found, mounted, unfinished, owner, signal);
    await rename(unfinished, path);
  } catch (cause) {
    signal.throwIfAborted();
    const sentence = `${withReason("The files of the project could not be copied to the session", lastLineOf(cause))} Check the free disk space.`;
    throw new AppError("sandbox_unavailable", sentence, { cause });
  } finally {
    await rmdir(mounted);
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function copy(
  { path, firstId }: MountedLayers["folders"][number],
  mounted: string,
  target: string,
  { uid, gid }: FileOwner,
  signal: AbortSignal,
): Promise<void> {
  const cp = ["cp", "--archive", "--no-preserve=ownership", "--reflink=auto", "--"];
  const [program, ...args] =
    firstId === null
      ? [...cp, `${path}/.`, target]
      : [
          ...enterMounts([
            // The user can read what belongs to root in the layer.
            idmappedBind(path, mounted, `b:${firstId}:${uid}:1`, ["ro"]),
          ]),
          ...[
            "setpriv",
            "--reuid",
            String(uid),
            "--regid",
            String(gid),
            "--clear-groups",
            "--no-new-privs",
            "--",
          ],
          ...[...cp, `${mounted}/.`, target],
        ];
  if (firstId !== null) await lchown(target, uid, gid);
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };
  await execute(program!, args, { env, signal, timeout: copyingMs, maxBuffer: 1024 ** 2 });
}

/** Returns the folder in the highest layer that has it. Follows no link, because a link of a layer leads to the host's files. */
async function findFolder(
  layers: Filling["layers"],
  pathInLayers: string,
): Promise<MountedLayers["folders"][number] | null> {
  for (const layer of layers.toReversed()) {
    let path = layer.path;
    let isFolder = true;
    for (const name of pathInLayers.split("/").filter(Boolean)) {
      path = join(path, name);
      isFolder &&= (await lstat(path).catch(() => null))?.isDirectory() ?? false;
    }
    if (isFolder) return { ...layer, path };
  }
  return null;
}

const lastLineOf = (cause: unknown) =>
  String((cause as { readonly stderr?: unknown }).stderr ?? "")
    .trim()
    .split("\n")
    .at(-1) || cause;

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
