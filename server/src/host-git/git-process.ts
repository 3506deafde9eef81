import { createReadStream } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { foldersOf, type MoreFolders } from "./folders.ts";
import { startProgram } from "./host-git.ts";
import { limitProgram } from "./limit-program.ts";

export interface GitLaunch {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A number is a file descriptor. The file is read from its beginning. */
  readonly stdin: "ignore" | "pipe" | number;
  /** User of the process if the server may change users. The default is the user of host git. */
  readonly as?: { readonly uid: number; readonly gid: number };
  /** Repository to lock exclusively. Leftovers of a killed git are removed from it first. */
  readonly exclusiveOf?: string;
  /** Folders that git sees in addition to those that its environment names. */
  readonly folders?: MoreFolders;
  /** True to give git access to a network. */
  readonly needsNetwork?: boolean;
  readonly timeLimitMs: number;
  /** Limit of the memory that each process allocates. Mapped files are not included. */
  readonly maxMemoryBytes?: number | undefined;
  /** Maximum size of each file that git writes. */
  readonly maxFileBytes?: number | undefined;
}

export interface GitProcess {
  readonly child: {
    readonly stdin: Writable | null;
    readonly stdout: Readable;
    readonly stderr: Readable;
  };
  /** Exit code, or null if a signal ended git. Rejects with the cause given to `fail`, the signal's reason, or `git_failed`. */
  readonly exited: Promise<number | null>;
  /** Ends git and every program that it started. */
  fail(cause: unknown): void;
  kill(): void;
}

const defaultMaxMemoryBytes = 4 * 1024 ** 3;
const defaultMaxFileBytes = 16 * 1024 ** 3;

/** Starts git, or a script that becomes git, as one process group. The signal, the time limit or `fail` ends the group. */
export function startGit(launch: GitLaunch, signal: AbortSignal): GitProcess {
  signal.throwIfAborted();
  const { args, env, stdin, exclusiveOf } = launch;
  const extra = launch.folders ?? {};
  const write = [...(extra.write ?? []), ...(exclusiveOf === undefined ? [] : [exclusiveOf])];
  const program = startProgram({
    argv:
      exclusiveOf === undefined
        ? ["git", ...args]
        : ["sh", "-c", exclusiveScript, "sh", exclusiveOf, ...args],
    env,
    hasStdin: stdin !== "ignore",
    as: launch.as ?? null,
    needsNetwork: launch.needsNetwork ?? false,
    lockFile: exclusiveOf === undefined ? null : `${exclusiveOf}.flock`,
    maxMemoryBytes: launch.maxMemoryBytes ?? defaultMaxMemoryBytes,
    maxFileBytes: launch.maxFileBytes ?? defaultMaxFileBytes,
    folders: foldersOf(env, { ...extra, write }),
  });
  if (typeof stdin === "number") {
    // A git that ends early closes the pipe. Its exit code explains why.
    program.stdin!.on("error", () => {});
    createReadStream("", { fd: stdin, autoClose: false, start: 0 })
      .on("error", () => program.kill())
      .pipe(program.stdin!);
  }
  const { exited, fail } = limitProgram(program, {
    signal,
    timeLimitMs: launch.timeLimitMs,
    name: `git ${verbOf(args)}`,
  });
  const { stdout, stderr } = program;
  return {
    child: { stdin: typeof stdin === "number" ? null : program.stdin, stdout, stderr },
    exited,
    fail,
    kill: program.kill,
  };
}

const optionsWithValue = new Set(["-C", "-c", "--git-dir", "--work-tree"]);

/** Returns the subcommand, for error messages. */
export const verbOf = (args: readonly string[]) =>
  args.find((arg, index) => !arg.startsWith("-") && !optionsWithValue.has(args[index - 1] ?? "")) ?? "";

/**
 * Runs git under the lock. Git itself holds the lock, so an orphan of a killed server still excludes the next process, and every lock file
 * found under the lock is a leftover. The script also completes a repository whose creation was interrupted.
 */
const exclusiveScript = `
repository=$1; shift
if [ -d "$repository/refs" ]; then
  find "$repository" -path "$repository/objects" -prune -o -type f -name '*.lock' -exec rm -f {} +
  rm -rf "$repository"/objects/pack/tmp_* "$repository"/objects/tmp_* "$repository"/objects/incoming-*
fi
[ -d "$repository/objects/info" ] || git init --quiet --bare --template= --shared=0644 "$repository" || exit
exec git "$@"
`;
