import { spawn } from "node:child_process";
import { once } from "node:events";
import { lstatSync, readlinkSync } from "node:fs";
import { dirname } from "node:path";
import type { Readable, Writable } from "node:stream";
import { AppError, withStartReason } from "../../core/base/index.ts";
import { onAbort } from "../../runtime/on-abort.ts";
import { readBounded } from "../../runtime/read-bounded.ts";
import { startProgram } from "../../runtime/start-program.ts";
import { TailBuffer } from "../../runtime/tail-buffer.ts";

/** Users that own the content of layers on this machine, or of folders that a build wrote. */
export interface LayerOwner {
  /** First of the host IDs to which the IDs of a layer are mapped. */
  readonly firstId: number;
  /** Number of these IDs. Defaults to 65,536. */
  readonly count?: number;
  /** Host ID of ID 0, in place of the first ID. */
  readonly rootId?: number;
}

export interface ConfinedLaunch {
  readonly argv: readonly [string, ...string[]];
  /** Files and folders of the host that the program sees, by their path inside. Everything else is hidden, except programs and libraries. */
  readonly paths: readonly {
    readonly inside: string;
    readonly hostPath: string;
    readonly isWritable: boolean;
  }[];
  /** True if the program creates or reads files of all users of a layer. */
  readonly needsFileCapabilities: boolean;
  /** Time after which the program is killed. Defaults to 30 minutes. */
  readonly timeLimitMs?: number;
}

export interface ConfinedEnd {
  /** Exit code, or null if a signal killed the program. */
  readonly code: number | null;
  /** Last 4,000 bytes of the error output. */
  readonly words: string;
  /** Limit that the program exceeded, as the end of a sentence, or null. */
  readonly exceeded: string | null;
}

export interface ConfinedProgram {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Rejects if the program cannot be started. */
  readonly ended: Promise<ConfinedEnd>;
}

export const hostPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
export const ownedIds = 65_536;
const maxWordsBytes = 4_000;
const usualTimeLimitMs = 30 * 60_000;
const maxMemoryBytes = 6 * 1024 ** 3;
const fileCapabilities = ["chown", "dac_override", "fowner", "fsetid", "setfcap"];

/**
 * Starts a program that processes untrusted content. The program has no network, no capability outside its user namespace, and sees only the
 * given paths. If the server is root, the program runs as the owner of layers. Otherwise it runs as the server's user. The signal kills the
 * program and everything that it started. Throws `unavailable` if no file descriptor is left for it.
 */
export function startConfined(
  owner: LayerOwner | null,
  launch: ConfinedLaunch,
  signal: AbortSignal,
): ConfinedProgram {
  const [program, ...args] = [
    ...outside(owner),
    ...isolation(owner, launch),
    ...identity(owner, launch),
    ...launch.argv,
  ];
  const child = startProgram(
    () =>
      spawn(program!, args, {
        cwd: "/",
        env: { PATH: hostPath, LC_ALL: "C", HOME: "/" },
        stdio: ["pipe", "pipe", "pipe", "pipe"],
      }),
    cannotStart,
  );
  const words = new TailBuffer(maxWordsBytes);
  child.stderr.on("data", (chunk: Buffer) => words.add(chunk));
  // A program that exits early closes its input. Its exit code states the reason.
  child.stdin.on("error", () => {});
  const first = firstProcess(child.stdio[3] as Readable);
  const kill = () => first.then(killIfRunning);
  const release = onAbort(signal, kill);
  const { timeLimitMs = usualTimeLimitMs } = launch;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void kill();
  }, timeLimitMs);
  const ended = once(child, "close")
    .then(
      ([code]: unknown[]) => {
        const text = words.toText().trim();
        return {
          code: code as number | null,
          words: text,
          exceeded: isLate ? lateness(timeLimitMs) : memoryIn(text),
        };
      },
      (cause: unknown) => {
        throw cannotStart(cause);
      },
    )
    .finally(() => {
      clearTimeout(timer);
      release();
    });
  ended.catch(() => {});
  return { stdin: child.stdin, stdout: child.stdout, ended };
}

/**
 * Returns the start of the command line, which gives the program an empty network. As root, bwrap would also configure its loopback device. This
 * requires NET_ADMIN, which workers in containers do not have.
 */
const outside = (owner: LayerOwner | null) =>
  owner === null ? ["bwrap", "--unshare-net"] : ["unshare", "--net", "--", "bwrap"];

const cannotStart = (cause: unknown) =>
  new AppError("unavailable", withStartReason("bwrap could not be started", cause, "Install bubblewrap."), {
    cause,
  });

const lateness = (limitMs: number) =>
  limitMs < 60_000 ? `${limitMs / 1_000} seconds` : `${Math.round(limitMs / 60_000)} minutes`;

/** The text is the program's own, so it can only explain a failure. Names no figure, because a program can have a lower limit of its own. */
const memoryIn = (text: string) => (outOfMemory.test(text) ? "the allowed memory" : null);

/** Matches whole messages of Node, Perl and the C library, because other messages contain hostile names of files. */
const outOfMemory =
  /^(?:(?:FATAL ERROR: |# Fatal ).*out of memory.*|out of memory\b.*|.*: (?:cannot allocate memory|memory exhausted))$/im;

/**
 * Returns the process that the program's process namespace ends with, or null if bwrap failed before it existed. Killing bwrap
 * instead would leave that process behind if it is not set up yet.
 */
async function firstProcess(info: Readable): Promise<number | null> {
  const found = await readBounded(info, maxWordsBytes, () => new Error("bwrap's report is too long")).catch(
    () => "",
  );
  const pid = /"child-pid":\s*(\d+)/.exec(found.toString())?.[1];
  return pid === undefined ? null : Number(pid);
}

function killIfRunning(pid: number | null): void {
  if (pid === null) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ESRCH") throw cause;
  }
}

/** Arguments of bwrap. As root, it mounts the paths with the server's rights, because the owner of layers cannot reach them. */
function isolation(owner: LayerOwner | null, { paths, needsFileCapabilities }: ConfinedLaunch): string[] {
  const capabilities = needsFileCapabilities ? fileCapabilities : [];
  return [
    ...[
      "--unshare-pid",
      "--unshare-ipc",
      "--unshare-uts",
      "--die-with-parent",
      "--info-fd",
      "3",
      "--new-session",
    ],
    ...["--ro-bind", "/usr", "/usr", ...systemLinks(), "--proc", "/proc", "--dev", "/dev"],
    // bwrap would create the parents of a path for root only.
    ...paths.flatMap(({ inside }) => ["--perms", "0755", "--dir", dirname(inside)]),
    ...paths.flatMap(({ inside, hostPath, isWritable }) => [
      isWritable ? "--bind" : "--ro-bind",
      hostPath,
      inside,
    ]),
    ...(owner === null ? ["--unshare-user", "--uid", "0", "--gid", "0", "--cap-drop", "ALL"] : []),
    ...(owner === null ? capabilities.flatMap((name) => ["--cap-add", `CAP_${name.toUpperCase()}`]) : []),
    ...["--chdir", "/", "--"],
  ];
}

/** Programs that bwrap starts before the given one. They set limits and, as root, switch to the owner of layers for good. */
function identity(owner: LayerOwner | null, { needsFileCapabilities }: ConfinedLaunch): string[] {
  const limits = ["prlimit", "--core=0", `--data=${maxMemoryBytes}`, "--"];
  if (owner === null) return limits;
  const bounding = [
    "-all",
    ...(needsFileCapabilities ? fileCapabilities.map((name) => `+${name}`) : []),
  ].join(",");
  return [
    ...[
      "unshare",
      "--user",
      ...rangesOf(owner).flatMap((map) => [`--map-users=${map}`, `--map-groups=${map}`]),
      "--setuid",
      "0",
      "--setgid",
      "0",
      "--",
    ],
    ...["setpriv", `--bounding-set=${bounding}`, "--no-new-privs", "--"],
    ...limits,
  ];
}

function rangesOf({ firstId, count = ownedIds, rootId }: LayerOwner): readonly string[] {
  if (rootId === undefined) return [`0:${firstId}:${count}`];
  return [`0:${rootId}:1`, ...(count > 1 ? [`1:${firstId + 1}:${count - 1}`] : [])];
}

/** Returns the arguments for /bin and similar entries, which are links to folders in /usr or folders of their own. */
function systemLinks(): string[] {
  return ["/bin", "/sbin", "/lib", "/lib64"].flatMap((path) => {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry === undefined) return [];
    return entry.isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
  });
}
