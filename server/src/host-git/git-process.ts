import { createReadStream } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { foldersOf, type MoreFolders } from "./folders.ts";
import { startProgram } from "./host-git.ts";
import { limitProgram } from "./limit-program.ts";

export interface GitLaunch {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A number is a descriptor of a file, which is read from its beginning. */
  readonly stdin: "ignore" | "pipe" | number;
  /** Run as this user where the server may; else as the user of host git. */
  readonly as?: { readonly uid: number; readonly gid: number };
  /** Run under an exclusive lock of this repository, with what a killed git left in it cleared away first. */
  readonly exclusiveOf?: string;
  /** What git sees beside the folders that its environment names. */
  readonly folders?: MoreFolders;
  /** Only with it does git reach any network. */
  readonly needsNetwork?: boolean;
  readonly timeLimitMs: number;
  /** Of each process's own memory; what it maps of files does not count. */
  readonly maxMemoryBytes?: number | undefined;
  /** Of each file that git writes. */
  readonly maxFileBytes?: number | undefined;
}

export interface GitProcess {
  readonly child: {
    readonly stdin: Writable | null;
    readonly stdout: Readable;
    readonly stderr: Readable;
  };
  /** Null for one that a signal ended. Rejects with what `fail` was given, the signal's reason, or `git_failed`. */
  readonly exited: Promise<number | null>;
  /** Ends it and every program it started. */
  fail(cause: unknown): void;
  kill(): void;
}

const defaultMaxMemoryBytes = 4 * 1024 ** 3;
const defaultMaxFileBytes = 16 * 1024 ** 3;

/** Starts git, or a script that becomes git, as a process group that ends as one: by the signal, its time, or `fail`. */
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
    // A git that ends early closes the pipe; its exit code tells why.
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

/** The subcommand, for sentences. */
export const verbOf = (args: readonly string[]) =>
  args.find((arg, index) => !arg.startsWith("-") && !optionsWithValue.has(args[index - 1] ?? "")) ?? "";

/**
 * The lock is held for as long as git itself lives, so an orphan of a killed server still excludes the next one, and every lock
 * file found while holding it is a leftover. The repository is made when half made.
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
