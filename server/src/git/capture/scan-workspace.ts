import { spawn } from "node:child_process";
import { once } from "node:events";
import { AppError, withStartReason } from "../../core/base/index.ts";
import { BoundedBuffer } from "../../runtime/bounded-buffer.ts";
import { startProgram } from "../../runtime/start-program.ts";
import type { Owner } from "../workspace/write-repository.ts";

export interface WorkspaceScan {
  /** Paths of files that are too large to capture, relative to the work tree. */
  readonly tooLarge: readonly string[];
  /** Paths of removed pipes, which git would have tried to read. */
  readonly removedPipes: readonly string[];
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

/**
 * Finds files in a work tree that are too large to capture, and removes pipes that git would open and wait for. Runs as the workspace's
 * user. If `find` fails or takes longer than a minute, the result is incomplete. Git's own limits apply to anything that the scan misses. Throws
 * `git_failed` if the machine lacks memory or file descriptors for `find`.
 */
export async function scanWorkspace(
  input: { readonly workTree: string; readonly owner: Owner; readonly limits?: ScanLimits },
  signal: AbortSignal,
): Promise<WorkspaceScan> {
  const limits = input.limits ?? defaultLimits;
  const named = [
    "HEAD",
    "packed-refs",
    "config",
    "commondir",
    "gitdir",
    ".gitignore",
    ".gitattributes",
    ".gitmodules",
  ];
  const child = startProgram(
    () =>
      spawn(
        "find",
        [".", "-xdev", "(", "-type", "p", "(", "-path", "*/.git/*"]
          .concat(named.flatMap((name) => ["-o", "-name", name]))
          .concat(")", "-printf", "p 0 %P\\0", "-delete", ")", "-o", "(", "-type", "f", "-size", "+64M")
          .concat("-printf", "f %s %P\\0", ")"),
        {
          cwd: input.workTree,
          env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
          stdio: ["ignore", "pipe", "ignore"],
          signal,
          timeout: timeLimitMs,
          killSignal: "SIGKILL",
          ...(process.getuid?.() === 0 ? input.owner : {}),
        },
      ),
    cannotStart,
  );
  const output = new BoundedBuffer(maxListingBytes);
  child.stdout.on("data", (chunk: Buffer) => output.add(chunk));
  // If `find` is missing, the listing is empty. The caller handles an abort.
  await once(child, "close").catch(() => {});
  const listing = output.toBuffer().toString("utf8");
  const tooLarge: string[] = [];
  const removedPipes: string[] = [];
  let total = 0;
  for (const line of listing.split("\0").slice(0, -1)) {
    const [, kind, size, path] = /^(\w) (\d+) ([\s\S]*)$/.exec(line) ?? [];
    if (kind === "p") removedPipes.push(path!);
    else if (
      kind === "f" &&
      (Number(size) > limits.maxFileBytes || total + Number(size) > limits.maxTotalBytes)
    )
      tooLarge.push(path!);
    else if (kind === "f") total += Number(size);
  }
  return { tooLarge, removedPipes };
}

const cannotStart = (cause: unknown) =>
  new AppError("git_failed", withStartReason("find could not be started", cause), { cause });
