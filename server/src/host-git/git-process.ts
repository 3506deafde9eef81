import { createReadStream } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { foldersOf, type MoreFolders } from "./folders.ts";
import { startProgram } from "./host-git.ts";
import { limitProgram } from "./limit-program.ts";

export interface GitLaunch {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Source of the input. A number is the file descriptor of a file, which is read from its start. */
  readonly stdin: "ignore" | "pipe" | number;
  /** User to run git as, if the server can switch users. Defaults to the user of host git. */
  readonly as?: { readonly uid: number; readonly gid: number };
  /** Repository to lock exclusively. Files that a killed git process left in the repository are removed first. */
  readonly exclusiveOf?: string;
  /** True if `exclusiveOf` is a mirror, which is created first if it does not exist or its creation was interrupted. */
  readonly createsMirror?: boolean | undefined;
  /** Folders that are visible to git, in addition to those in its environment. */
  readonly folders?: MoreFolders;
  /** True if git needs network access. By default, it has none. */
  readonly needsNetwork?: boolean;
  readonly timeLimitMs: number;
  /** Maximum memory that each process may allocate. Mapped files do not count. */
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
  /** Exit code, or null if a signal killed git. Rejects with the cause passed to `fail`, the abort signal's reason or `git_failed`. */
  readonly exited: Promise<number | null>;
  /** Kills git and every program that it started, and rejects `exited` with the cause. */
  fail(cause: unknown): void;
  kill(): void;
}

const defaultMaxMemoryBytes = 4 * 1024 ** 3;
const defaultMaxFileBytes = 16 * 1024 ** 3;

/** Starts git, or a script that executes git, in a separate process group. The signal, the time limit and `fail` kill the group. */
export function startGit(launch: GitLaunch, signal: AbortSignal): GitProcess {
  signal.throwIfAborted();
  const { args, env, stdin, exclusiveOf } = launch;
  const extra = launch.folders ?? {};
  const write = [...(extra.write ?? []), ...(exclusiveOf === undefined ? [] : [exclusiveOf])];
  const program = startProgram({
    argv:
      exclusiveOf === undefined
        ? ["git", ...args]
        : ["sh", "-c", exclusiveScript(launch.createsMirror === true), "sh", exclusiveOf, ...args],
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
    // Git closes the pipe if it exits early. Its exit code then indicates the reason.
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

/** Returns git's subcommand, such as "fetch", or an empty string if there is none. */
export const verbOf = (args: readonly string[]) =>
  args.find((arg, index) => !arg.startsWith("-") && !optionsWithValue.has(args[index - 1] ?? "")) ?? "";

/**
 * Shell script that runs git under the lock. Git itself holds the lock, so that even an orphan of a killed server excludes the next process.
 * Every lock file that exists at the start is therefore a leftover.
 */
const exclusiveScript = (createsMirror: boolean) => `
repository=$1; shift
if [ -d "$repository" ]; then
  find "$repository" -path "$repository/objects" -prune -o -type f -name '*.lock' -exec rm -f {} +
  rm -rf "$repository"/objects/pack/tmp_* "$repository"/objects/tmp_* "$repository"/objects/incoming-*
fi
${createsMirror ? createMirror : ""}
exec git "$@"
`;

/** Last setting that `git init` writes to the configuration of a mirror. */
export const lastMirrorSetting = "denyNonFastforwards";

/**
 * Shell script that creates the mirror again if its creation was interrupted, also by a power failure. Keeps the objects,
 * because workspaces may borrow them.
 */
const createMirror = `
if ! { [ -s "$repository/HEAD" ] && grep -qs ${lastMirrorSetting} "$repository/config"; }; then
  find "$repository" -mindepth 1 -maxdepth 1 ! -name objects -exec rm -rf {} + || exit
  git init --quiet --bare --template= --shared=0644 "$repository" || exit
fi`;
