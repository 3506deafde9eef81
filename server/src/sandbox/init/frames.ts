import type { SandboxCommand } from "../../core/turns/index.ts";
import { encodeFrame } from "../../runtime/encode-frame.ts";

/** Maximum length of a frame from init. The frames that it sends are much shorter. */
const maxFrameBytes = 1_024;

/** Settings of an init process, which are the same for all its programs. */
export interface InitSettings {
  readonly architecture: NodeJS.Architecture;
  /** User of the programs, or null if init already runs as this user. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /** Path, inside the sandbox, of the socket for streams. */
  readonly streamsPath: string;
  /** Loopback ports. Each entry has the path, inside the sandbox, of the Unix socket to which the port connects. */
  readonly forwards: readonly { readonly port: number; readonly socketPath: string }[];
}

/** Frame that init sends to the server. */
export type InitFrame =
  | { readonly kind: "ready" }
  | {
      readonly kind: "exit";
      readonly id: number;
      readonly code: number | null;
      readonly signal: number | null;
    }
  /** The program could not be started. */
  | { readonly kind: "failed"; readonly id: number; readonly reason: string }
  /** Nothing accepts connections at the port. */
  | { readonly kind: "refused"; readonly id: number }
  | { readonly kind: "paused"; readonly isStill: boolean };

export function encodeStart({ architecture, user, streamsPath, forwards }: InitSettings): Buffer {
  const places = forwards.flatMap(({ port, socketPath }) => [port, socketPath]);
  return encodeFrame(["start", architecture, user?.uid ?? "", user?.gid ?? "", streamsPath, ...places]);
}

/**
 * Encodes a program to start. `tokens` name its standard input, output and error output. Instructions are never arguments of a process,
 * because every user on the host can read those. Throws a TypeError if an argument or a variable contains a NUL byte.
 */
export function encodeRun(
  id: number,
  tokens: readonly [string, string, string],
  { argv, cwd, env }: SandboxCommand,
): Buffer {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  if ([cwd, ...argv, ...variables].some((word) => word.includes("\0")))
    throw new TypeError("An argument or a variable of a program contains a NUL byte.");
  return encodeFrame(["run", id, ...tokens, cwd, argv.length, ...argv, ...variables]);
}

export const encodeKill = (id: number) => encodeFrame(["kill", id]);
export const encodeConnect = (id: number, token: string, port: number) =>
  encodeFrame(["connect", id, token, port]);
export const encodeHangUp = (id: number) => encodeFrame(["hang_up", id]);
export const encodePause = () => encodeFrame(["pause"]);
export const encodeResume = () => encodeFrame(["resume"]);

/**
 * Calls `onFrame` for each complete frame in the received bytes, and returns the remaining bytes. Throws a RangeError if the bytes are not a
 * frame or the frame is too long.
 */
export function decodeFrames(bytes: Buffer, onFrame: (frame: InitFrame) => void): Buffer {
  let rest = bytes;
  while (rest.length >= 4) {
    const length = rest.readUInt32BE();
    if (length > maxFrameBytes) throw new RangeError(`init sent a frame of ${length} bytes.`);
    if (rest.length < 4 + length) break;
    onFrame(decode(rest.toString("utf8", 4, 4 + length)));
    rest = rest.subarray(4 + length);
  }
  return rest;
}

function decode(text: string): InitFrame {
  const [kind, ...words] = text.split("\0");
  const [id, second, third] = words;
  if (kind === "ready" && words.length === 0) return { kind };
  if (kind === "paused" && (id === "0" || id === "1")) return { kind, isStill: id === "1" };
  if (kind === "refused" && words.length === 1) return { kind, id: parseNumber(id) };
  if (kind === "failed" && words.length === 2) return { kind, id: parseNumber(id), reason: second! };
  if (kind === "exit" && words.length === 3 && (second === "") !== (third === "")) {
    const [code, signal] = [second, third].map((word) => (word === "" ? null : parseNumber(word)));
    return { kind, id: parseNumber(id), code: code!, signal: signal! };
  }
  throw new RangeError("init sent an unknown frame.");
}

function parseNumber(word: string | undefined): number {
  if (!/^\d{1,15}$/.test(word ?? "")) throw new RangeError("init sent a frame with an invalid number.");
  return Number(word);
}
