import { mkdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { reason } from "../core/base/index.ts";
import type { LayerOwner } from "./confine/start-confined.ts";
import { createLayer } from "./create-layer.ts";
import { folderFormat } from "./formats/folder-format.ts";
import type { LayerFormat } from "./formats/format.ts";
import { erofsFormat, squashfsFormat } from "./formats/image-format.ts";
import { mount, unmount } from "./mounts/mount.ts";

export interface FormatTrial {
  readonly format: LayerFormat;
  /** Reason why the format does not work on this machine, or null if it works. */
  readonly problem: string | null;
}

export interface FormatChoice {
  /** Formats that work, the best first. Empty if none works. */
  readonly formats: readonly LayerFormat[];
  readonly reason: string;
}

/** Long enough to be compressed, so that the trial also covers the kernel's decompression. */
const trialText = "Tembo ".repeat(10_000);
const trialLimits = { maxBytes: 1024 ** 2, maxEntries: 10, maxNameBytes: 10_000 };
const trialMs = 60_000;

/** Tries each format that this machine may support, the best first. */
export async function tryFormats(owner: LayerOwner | null, scratch: string): Promise<readonly FormatTrial[]> {
  const formats = [
    ...(owner === null ? [] : [erofsFormat(owner), squashfsFormat(owner)]),
    folderFormat(owner),
  ];
  const trials: FormatTrial[] = [];
  for (const format of formats) trials.push({ format, problem: await problemOf(format, owner, scratch) });
  return trials;
}

/** Chooses the first format that works, and explains why no better one is used. */
export function chooseFormat(trials: readonly FormatTrial[], isRoot: boolean): FormatChoice {
  const formats = trials.filter(({ problem }) => problem === null).map(({ format }) => format);
  const better = trials.slice(
    0,
    trials.findIndex(({ problem }) => problem === null),
  );
  const failed = formats.length === 0 ? trials : better;
  const problems = failed.map(({ format, problem }) => `${format.name}: ${problem}`);
  if (!isRoot) problems.unshift("the server is not root, so it cannot mount layers");
  const [first] = formats;
  if (first === undefined)
    return { formats, reason: `No format of layers works on this machine. ${problems.join("; ")}` };
  return {
    formats,
    reason: problems.length === 0 ? `${first.name} works on this machine` : problems.join("; "),
  };
}

/** Creates a small layer in the format, mounts it and reads a file from it. Returns the reason why this fails, or null. */
export async function problemOf(
  format: LayerFormat,
  owner: LayerOwner | null,
  folder: string,
): Promise<string | null> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const scratch = await realpath(folder);
  const [content, layer, mountPoint] = ["content", "layer", "mount"].map((name) => join(scratch, name));
  const stored = join(layer!, format.entryName);
  try {
    for (const folder of [content!, mountPoint!]) await mkdir(folder, { recursive: true, mode: 0o755 });
    await writeFile(join(content!, "trial"), trialText);
    const source = { kind: "folders", folders: [{ hostPath: content!, path: "/" }] } as const;
    await createLayer({ owner, format, limits: trialLimits }, source, layer!, AbortSignal.timeout(trialMs));
    if (format.mountArguments === null) return null;
    await mount(format.mountArguments, stored, mountPoint!);
    const found = await readFile(join(mountPoint!, "trial"), "utf8");
    return found === trialText ? null : "a mounted file has the wrong content";
  } catch (cause) {
    return describeProblem(format, reason(cause));
  } finally {
    const isUnmounted = await unmount(mountPoint!).catch(() => false);
    await format.remove(stored).catch(() => {});
    // A mount that stays is removed at the next start.
    if (isUnmounted) await rm(scratch, { recursive: true, force: true });
  }
}

const tools: Readonly<Record<string, string>> = {
  "mkfs.erofs": "erofs-utils",
  tar2sqfs: "squashfs-tools-ng",
  bwrap: "bubblewrap",
};

/** Adds what the operator can change to the message of a program. */
export function describeProblem({ name }: Pick<LayerFormat, "name">, message: string): string {
  const executed = /failed to execute ([^\s:]+)/i.exec(message)?.[1];
  const missing = Object.entries(tools).find(([tool]) =>
    executed === undefined
      ? message.includes(tool) && /No such file|ENOENT/i.test(message)
      : executed === tool,
  );
  if (missing !== undefined)
    return `${missing[0]} is not installed (Debian, Ubuntu: apt-get install ${missing[1]})`;
  if (/unknown filesystem type/i.test(message)) return `the kernel has no ${name} (modprobe ${name})`;
  if (/failed to setup loop device/i.test(message))
    return "the machine has no loop devices (/dev/loop-control)";
  if (/permission denied|operation not permitted|must be superuser/i.test(message))
    return `${message.replace(/[.\s]+$/, "")}. In a container, add the capability SYS_ADMIN, and allow user namespaces and mounts`;
  return message;
}
