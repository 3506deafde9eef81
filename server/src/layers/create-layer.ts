import { execFile } from "node:child_process";
import { chmod, chown, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { LayerDigest, LayerSource } from "../core/turns/index.ts";
import { type AssembleInput, type AssembleLimits, assemble } from "./assemble.ts";
import { hostPath, type LayerOwner } from "./confine/start-confined.ts";
import type { LayerFormat } from "./formats/format.ts";
import { packFolders, prefixesOf } from "./pack-folders.ts";
import { type LayerRecord, writeRecord } from "./store/layer-record.ts";

const execute = promisify(execFile);

export interface Creation {
  readonly owner: LayerOwner | null;
  readonly format: LayerFormat;
  readonly limits: AssembleLimits;
}

/**
 * Creates a layer in a new folder, with its record, and writes everything to disk. The caller renames the folder to its place. Throws the
 * errors of `assemble`.
 */
export async function createLayer(
  creation: Creation,
  source: LayerSource,
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly digest: LayerDigest; readonly record: LayerRecord }> {
  const { owner, format, limits } = creation;
  const [out, scratch] = [join(folder, "out"), join(folder, "scratch")];
  await mkdir(folder, { mode: 0o700 });
  for (const path of [out, scratch]) await makeOwnedFolder(path, owner);
  const input = { ...inputOf(owner, source, signal), limits, scratch };
  const digest = await assemble(owner, input, (archive) => format.create(archive, out, signal), signal);
  const entry = join(folder, format.entryName);
  await rename(join(out, format.entryName), entry);
  for (const path of [out, scratch]) await rm(path, { recursive: true });
  if (format.entryName === "image") await makeReadOnly(entry, owner);
  const record = {
    format: format.name,
    fingerprint: await format.fingerprint(entry, signal),
    bytes: await format.sizeOf(entry, signal),
    broken: null,
  };
  await writeRecord(folder, record);
  await execute("sync", ["--file-system", folder], { env: { PATH: hostPath } });
  return { digest, record };
}

/** Renames a complete layer to its place, so that a crash leaves the whole layer or nothing. */
export async function publish(folder: string, place: string): Promise<void> {
  await rename(folder, place);
  const parent = await open(join(place, ".."), "r");
  try {
    await parent.sync();
  } finally {
    await parent.close();
  }
}

function inputOf(
  owner: LayerOwner | null,
  source: LayerSource,
  signal: AbortSignal,
): Pick<AssembleInput, "mode" | "archives" | "prefixes" | "needsGlibc"> {
  if (source.kind === "archive") return { mode: "archive", archives: [source.archive] };
  if (source.kind === "image")
    return { mode: "image", archives: source.layers, needsGlibc: source.needsGlibc };
  const archives = [packFolders(ownerOfFolders(owner, source), source.folders, signal)];
  return { mode: "upper", archives, prefixes: prefixesOf(source.folders) };
}

/** Returns the IDs that can read the folders, or null if the server is not root. */
const ownerOfFolders = (owner: LayerOwner | null, { owner: own }: { readonly owner?: LayerOwner | null }) =>
  owner === null ? null : (own ?? owner);

/** Creates a folder that confined programs can write to. */
async function makeOwnedFolder(path: string, owner: LayerOwner | null): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  if (owner !== null) await chown(path, owner.firstId, owner.firstId);
}

/** From here on, only root can change the image, which the kernel parses. */
async function makeReadOnly(image: string, owner: LayerOwner | null): Promise<void> {
  if (owner !== null) await chown(image, 0, 0);
  await chmod(image, 0o400);
}
