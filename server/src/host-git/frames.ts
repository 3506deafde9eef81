import { encodeFrame } from "../runtime/encode-frame.ts";

/** Description of a program for the runner to start. */
export interface RunnerLaunch {
  /** Program, looked up on the PATH of `env`, and its arguments. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly hasStdin: boolean;
  /** User that runs the program. If null, the program runs as the runner's user. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  readonly needsNetwork: boolean;
  /** File that is locked while the program runs. */
  readonly lockFile: string | null;
  readonly maxMemoryBytes: number;
  readonly maxFileBytes: number;
  readonly folders: Folders;
  /** True if a confined program needs an `/etc/passwd` that contains its user. */
  readonly needsPasswd?: boolean;
}

/** Folders that are visible to a confined program, in addition to the system's programs. */
export interface Folders {
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Folders that must belong to the program's user. If necessary, the runner changes their owner first. */
  readonly owned: readonly string[];
}

export type RunnerFrame =
  /** `reason` states why programs are not confined. It is empty if they are confined. */
  | { readonly kind: "ready"; readonly reason: string }
  | { readonly kind: "exit"; readonly id: number; readonly code: number | null; readonly stderr: Buffer }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string };

export function encodeLaunch(id: number, launch: RunnerLaunch): Buffer {
  const { argv, env, user, folders } = launch;
  const lists = [
    argv,
    Object.entries(env).map(([key, value]) => `${key}=${value}`),
    folders.read,
    folders.write,
    folders.owned,
  ];
  const words = [
    ...["run", id, launch.hasStdin ? 1 : 0, user?.uid ?? "", user?.gid ?? ""],
    ...[launch.needsNetwork ? 1 : 0, launch.lockFile ?? "", launch.maxMemoryBytes, launch.maxFileBytes],
    launch.needsPasswd ? 1 : 0,
    ...lists.flatMap((list) => [list.length, ...list]),
  ];
  if (words.some((word) => String(word).includes("\0")))
    throw new Error("A git argument contains a NUL byte.");
  return encodeFrame(words);
}

/** Calls `onFrame` for each complete frame in the received bytes, and returns the remaining bytes. */
export function decodeFrames(bytes: Buffer, onFrame: (frame: RunnerFrame) => void): Buffer {
  while (bytes.length >= 4) {
    const end = 4 + bytes.readUInt32BE();
    if (bytes.length < end) break;
    onFrame(decode(bytes.subarray(4, end)));
    bytes = bytes.subarray(end);
  }
  return bytes;
}

function decode(body: Buffer): RunnerFrame {
  const [kind, id = "", code = ""] = body.toString("latin1").split("\0", 3);
  if (kind === "ready") return { kind, reason: id };
  if (kind === "failed") return { kind, id: Number(id), reason: body.toString("utf8").split("\0").at(-1)! };
  const stderr = body.subarray([kind, id, code].join("\0").length + 1);
  return { kind: "exit", id: Number(id), code: code === "" ? null : Number(code), stderr };
}
