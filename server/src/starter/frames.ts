import { encodeFrame } from "../runtime/encode-frame.ts";

/** Program for the starter to start. */
export interface StarterInput<Streams extends readonly number[] = readonly number[]> {
  /** Program, looked up on the PATH of `env`, and its arguments. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Defaults to the root folder. */
  readonly cwd?: string;
  /** User that runs the program. Defaults to the server's user, and requires root. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Value of nice(1). */
  readonly niceness?: number;
  /** Maximum address space of the program. */
  readonly maxMemoryBytes?: number;
  /** Maximum size of each file that the program writes. */
  readonly maxFileBytes?: number;
  /** Control groups to create and join before the program starts. If one fails, the program does not start. */
  readonly groups?: GroupSetup;
  /** Start of the path of a file that records the process (see process-records.ts). The file exists before the program starts. */
  readonly recordPrefix?: string;
  /**
   * Descriptors of the program that are streams of this process. The program inherits no other descriptor than these and `files`. Other standard
   * descriptors are empty.
   */
  readonly streams: Streams;
  /** Files that are open for reading at a descriptor. */
  readonly files?: readonly { readonly descriptor: number; readonly path: string }[];
}

export interface GroupSetup {
  /** Folders to create. They may exist. */
  readonly folders: readonly string[];
  /** Values to write, in this order. An optional file is skipped if it does not exist. */
  readonly settings: readonly {
    readonly path: string;
    readonly value: string;
    readonly isOptional: boolean;
  }[];
}

/** Identity of a process: the kernel reuses a pid, but not with the same start time (field 22 of proc_pid_stat(5)). */
export interface StartedProcess {
  readonly pid: number;
  readonly startTime: string;
}

export type StarterFrame =
  | { readonly kind: "started"; readonly id: number; readonly process: StartedProcess }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string }
  | {
      readonly kind: "exit";
      readonly id: number;
      readonly code: number | null;
      readonly signal: number | null;
    };

/** Encodes a program to start. `tokens` name its streams, in their order. Throws a TypeError if an argument contains a NUL byte. */
export function encodeStart(id: number, input: StarterInput, tokens: readonly string[]): Buffer {
  const { argv, env, cwd = "/", user, niceness, maxMemoryBytes, maxFileBytes, groups, recordPrefix } = input;
  const lists = [
    argv,
    Object.entries(env).map(([name, value]) => `${name}=${value}`),
    groups?.folders ?? [],
    (groups?.settings ?? []).flatMap(({ path, value, isOptional }) => [path, value, isOptional ? 1 : 0]),
    input.streams.flatMap((descriptor, index) => [descriptor, tokens[index]!]),
    (input.files ?? []).flatMap(({ descriptor, path }) => [descriptor, path]),
  ];
  const words = [
    ...["start", id, cwd, user?.uid ?? "", user?.gid ?? "", niceness ?? ""],
    ...[maxMemoryBytes ?? "", maxFileBytes ?? "", recordPrefix ?? ""],
    ...lists.flatMap((list) => [list.length, ...list]),
  ];
  if (words.some((word) => String(word).includes("\0")))
    throw new TypeError("An argument or a variable of a program contains a NUL byte.");
  return encodeFrame(words);
}

/** Calls `onFrame` for each complete frame in the received bytes, and returns the remaining bytes. */
export function decodeFrames(bytes: Buffer, onFrame: (frame: StarterFrame) => void): Buffer {
  while (bytes.length >= 4) {
    const end = 4 + bytes.readUInt32BE();
    if (bytes.length < end) break;
    onFrame(decode(bytes.toString("utf8", 4, end)));
    bytes = bytes.subarray(end);
  }
  return bytes;
}

function decode(text: string): StarterFrame {
  const [kind, id, first = "", second = ""] = text.split("\0");
  if (kind === "started") return { kind, id: Number(id), process: { pid: Number(first), startTime: second } };
  if (kind === "failed") return { kind, id: Number(id), reason: first };
  const number = (word: string) => (word === "" ? null : Number(word));
  return { kind: "exit", id: Number(id), code: number(first), signal: number(second) };
}
