import { type ChildProcess, spawn } from "node:child_process";
import { AppError } from "../../core/errors.ts";

export interface GitLaunch {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: "ignore" | "pipe" | number;
  /** Run as this user where the server may; else as the server's own. */
  readonly as?: { readonly uid: number; readonly gid: number };
  /** Run under an exclusive lock of this repository, with what a killed git left in it cleared away first. */
  readonly exclusiveOf?: string;
  readonly timeLimitMs: number;
  /** Of each process's own memory; what it maps of files does not count. */
  readonly maxMemoryBytes?: number | undefined;
  /** Of each file that git writes. */
  readonly maxFileBytes?: number | undefined;
}

export interface GitProcess {
  readonly child: ChildProcess;
  /** Null for one that a signal ended. Rejects with what `fail` was told, the signal's reason, or `git_failed`. */
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
  const [program, args] = commandOf(launch);
  const child = spawn(program, args, {
    cwd: "/",
    env: launch.env,
    stdio: [launch.stdin, "pipe", "pipe"],
    // A group of its own, so that helpers git starts end with it.
    detached: true,
    ...(launch.as && process.getuid?.() === 0 ? launch.as : {}),
  });
  let failure: { readonly cause: unknown } | undefined;
  const kill = () => killGroup(child);
  const fail = (cause: unknown) => {
    failure ??= { cause };
    kill();
  };
  const onAbort = () => fail(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const limitMs = launch.timeLimitMs;
  const sentence = `git ${verbOf(launch.args)} took longer than ${limitMs / 1000} s and was ended.`;
  const timer = setTimeout(() => fail(new AppError("git_failed", sentence)), limitMs);
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  })
    .then((code) => {
      if (failure !== undefined) throw failure.cause;
      return code;
    })
    .catch((cause) => {
      throw cause?.code === "ENOENT"
        ? new AppError("git_failed", `${program} is not installed here. Install git and util-linux.`, {
            cause,
          })
        : cause;
    })
    .finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    });
  return { child, exited, fail, kill };
}

/** The subcommand, for sentences. */
export const verbOf = (args: readonly string[]) => args.find((arg) => !arg.startsWith("-")) ?? "";

/** Limits that the machine holds lower already stay. Units of dash: KiB, and blocks of 512 bytes. */
const limitScript = `
ulimit -c 0 2>/dev/null
ulimit -d "$1" 2>/dev/null
ulimit -f "$2" 2>/dev/null
shift 2
`;

/**
 * The kernel holds the lock as long as git itself lives, so an orphan of a killed server still excludes the next one, and
 * every lock file found while holding it is a leftover. The repository is made when missing or half made.
 */
const exclusiveScript = `
repository=$1; shift
if [ -d "$repository/refs" ]; then
  find "$repository" -path "$repository/objects" -prune -o -type f -name '*.lock' -exec rm -f {} +
  rm -rf "$repository"/objects/pack/tmp_* "$repository"/objects/tmp_* "$repository"/objects/incoming-*
fi
[ -d "$repository/objects/info" ] || git init --quiet --bare --template= --shared=0644 "$repository" || exit
`;

function commandOf(launch: GitLaunch): [string, string[]] {
  const limits = [
    String(Math.floor((launch.maxMemoryBytes ?? defaultMaxMemoryBytes) / 1024)),
    String(Math.floor((launch.maxFileBytes ?? defaultMaxFileBytes) / 512)),
  ];
  const script = (body: string) => `${limitScript}${body}exec git "$@"`;
  if (launch.exclusiveOf === undefined) return ["sh", ["-c", script(""), "sh", ...limits, ...launch.args]];
  const repository = launch.exclusiveOf;
  const shell = ["sh", "-c", script(exclusiveScript), "sh", ...limits, repository, ...launch.args];
  return ["flock", [`${repository}.flock`, ...shell]];
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ESRCH") throw cause;
  }
}
