import { type HostLaunch, startProgram } from "../../host-git/host-git.ts";
import { limitProgram } from "../../host-git/limit-program.ts";
import { BoundedBuffer } from "../../runtime/bounded-buffer.ts";
import type { Owner } from "../workspace/write-repository.ts";

/** Paths are relative to the work tree. */
export interface WorkspaceScan {
  /** Files that are too large to capture. */
  readonly tooLarge: readonly string[];
  /** Removed pipes, which git would have tried to read. */
  readonly removedPipes: readonly string[];
  /** Files and folders with the name `.git`. */
  readonly repositories: readonly string[];
  /** Files and links that match `recent`. */
  readonly recent: readonly string[];
  /** False if the lists may lack entries that the workspace's user can access, or if a name in `recent` is not UTF-8. */
  readonly isComplete: boolean;
}

export interface ScanLimits {
  /** Maximum size of a single file. Forges reject larger files, and a sparse file can have any size without using space. */
  readonly maxFileBytes: number;
  /** Maximum total size of all files larger than 64 MiB. */
  readonly maxTotalBytes: number;
}

const defaultLimits: ScanLimits = { maxFileBytes: 2 * 1024 ** 3, maxTotalBytes: 8 * 1024 ** 3 };
const maxListingBytes = 16 * 1024 ** 2;
const timeLimitMs = 60_000;
/** Exit codes of find. It exits with 1 if it could not enter a folder, which git cannot enter either. */
const completeCodes: readonly (number | null)[] = [0, 1];

/**
 * Finds files in a work tree that are too large to capture, repositories, and files that match the tests of find(1) in `recent`. Removes pipes
 * that git would open and wait for. Runs as the workspace's user. If `find` fails or takes longer than a minute, the result is incomplete.
 * Git's own limits apply to anything that the scan misses. Throws the signal's reason if the signal aborts.
 */
export async function scanWorkspace(
  input: {
    readonly workTree: string;
    readonly owner: Owner;
    readonly recent?: readonly string[] | null;
    readonly limits?: ScanLimits;
  },
  signal: AbortSignal,
): Promise<WorkspaceScan> {
  signal.throwIfAborted();
  const program = startProgram(launchOf(input));
  const output = new BoundedBuffer(maxListingBytes);
  let isCut = false;
  program.stdout.on("data", (chunk: Buffer) => {
    isCut = !output.add(chunk) || isCut;
  });
  program.stderr.resume();
  const { exited } = limitProgram(program, { signal, timeLimitMs, name: "find" });
  const code = await exited.catch(() => null);
  signal.throwIfAborted();
  const found = parse(output.toBuffer().toString("utf8"), input.limits ?? defaultLimits);
  // Git could not find a file by a name that is not UTF-8, because it contains the replacement character here.
  const hasNames = !found.recent.some((path) => path.includes("\uFFFD"));
  return { ...found, isComplete: completeCodes.includes(code) && !isCut && hasNames };
}

const pipes = [
  ...["HEAD", "packed-refs", "config", "commondir", "gitdir"],
  ...[".gitignore", ".gitattributes", ".gitmodules"],
].flatMap((name) => ["-o", "-name", name]);

function launchOf({
  workTree,
  owner,
  recent = null,
}: {
  readonly workTree: string;
  readonly owner: Owner;
  readonly recent?: readonly string[] | null;
}): HostLaunch {
  const tests = [
    ["-type", "p", "(", "-path", "*/.git/*", ...pipes, ")", "-printf", "p 0 %P\\0", "-delete"],
    ["-name", ".git", "-printf", "g 0 %P\\0"],
    ["-type", "f", "-size", "+64M", "-printf", "f %s %P\\0"],
    ...(recent === null
      ? []
      : [["(", "-type", "f", "-o", "-type", "l", ")", ...recent, "-printf", "r 0 %P\\0"]]),
  ];
  // A comma makes find evaluate each of the tests.
  const joined = tests.flatMap((words, index) => [...(index === 0 ? [] : [","]), "(", ...words, ")"]);
  return {
    argv: ["find", workTree, "-xdev", ...joined],
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
    hasStdin: false,
    as: owner,
    needsNetwork: false,
    lockFile: null,
    maxMemoryBytes: 1024 ** 3,
    maxFileBytes: 0,
    folders: { read: [], write: [workTree], owned: [] },
  };
}

function parse(listing: string, limits: ScanLimits): Omit<WorkspaceScan, "isComplete"> {
  const tooLarge: string[] = [];
  const lists = { p: [] as string[], g: [] as string[], r: [] as string[] };
  let total = 0;
  for (const line of listing.split("\0").slice(0, -1)) {
    const [, kind, size, path] = /^(\w) (\d+) ([\s\S]*)$/.exec(line) ?? [];
    // Git never tracks a file in the workspace's own repository.
    if (kind === "r" && path!.startsWith(".git/")) continue;
    if (kind === "p" || kind === "g" || kind === "r") lists[kind].push(path!);
    else if (Number(size) > limits.maxFileBytes || total + Number(size) > limits.maxTotalBytes)
      tooLarge.push(path!);
    else total += Number(size);
  }
  return { tooLarge, removedPipes: lists.p, repositories: lists.g, recent: lists.r };
}
