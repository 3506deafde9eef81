import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { chown, lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { AppError, explainFailedChown } from "../core/base/index.ts";
import type { LayerDigest, LayerSource } from "../core/turns/index.ts";
import { type AssembleInput, type AssembleLimits, assemble } from "./assemble.ts";
import { hostPath, type LayerOwner, ownedIds } from "./confine/start-confined.ts";
import type { LayerFormat } from "./formats/format.ts";
import { exportedPrefixes, packFolders, prefixesOf } from "./pack-folders.ts";
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
  await takeOver(join(out, format.entryName), format, owner);
  await rename(join(out, format.entryName), entry);
  for (const path of [out, scratch]) await rm(path, { recursive: true });
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
  if (source.kind === "layer")
    return { mode: "upper", archives: [source.archive], prefixes: exportedPrefixes };
  if (source.kind === "image")
    return { mode: "image", archives: source.layers, needsGlibc: source.needsGlibc };
  const archives = packFolders(owner, source.folders, signal);
  return { mode: "upper", archives, prefixes: prefixesOf(source.folders) };
}

/** Creates a folder that confined programs can write to. */
async function makeOwnedFolder(path: string, owner: LayerOwner | null): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  if (owner === null) return;
  await chown(path, owner.firstId, owner.firstId).catch((cause: unknown) => {
    throw explainFailedChown(owner.firstId, cause);
  });
}

/**
 * Checks what a confined program created, because a compromised one can leave a link to a file of the host. From here on, only root can
 * change an image, which the kernel parses. Throws `unavailable` if the program created something else.
 */
async function takeOver(path: string, format: LayerFormat, owner: LayerOwner | null): Promise<void> {
  const found = await lstat(path).catch((cause: unknown) => {
    throw wrongResult(format, cause);
  });
  const isImage = format.entryName === "image";
  const isKind = isImage ? found.isFile() && found.nlink === 1 : found.isDirectory();
  if (!isKind || !isOwnedBy(owner, found.uid)) throw wrongResult(format);
  if (!isImage) return;
  const image = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (owner !== null) await image.chown(0, 0);
    await image.chmod(0o400);
  } finally {
    await image.close();
  }
}

const wrongResult = ({ name, entryName }: LayerFormat, cause?: unknown) =>
  new AppError("unavailable", `The tools of ${name} did not create the ${entryName} of a layer. Try again.`, {
    cause,
  });

const isOwnedBy = (owner: LayerOwner | null, uid: number) =>
  owner === null
    ? uid === process.getuid!()
    : uid >= owner.firstId && uid < owner.firstId + (owner.count ?? ownedIds);
