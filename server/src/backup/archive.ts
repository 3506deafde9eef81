import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { type Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdCompress, createZstdDecompress } from "node:zlib";
import { AppError, withReason, withStartReason } from "../core/base/index.ts";
import { startProgram } from "../runtime/start-program.ts";

export interface Written {
  readonly sha256: string;
  readonly bytes: number;
}

interface Packing {
  /** Folder whose contents are packed. */
  readonly folder: string;
  /** Entries of the folder. Defaults to all. */
  readonly entries?: readonly string[];
  /** Files to exclude, as anchored GNU tar patterns such as `./run`. */
  readonly without?: readonly string[];
}

/**
 * Packs a folder as a tar archive, compressed with zstd, into a new file. Files may change or disappear during the call. Preserves sparse files,
 * because an agent can create a file of terabytes that uses no space. Throws `unavailable` if tar fails.
 */
export async function pack(
  { folder, entries = ["."], without = [] }: Packing,
  file: string,
): Promise<Written> {
  const excluded = without.map((pattern) => `--exclude=${pattern}`);
  const options = ["--anchored", "--wildcards", "--no-wildcards-match-slash", ...excluded];
  const { stdout, ended } = tar([
    "-C",
    folder,
    "--numeric-owner",
    "--ignore-failed-read",
    "--sparse",
    ...options,
    "-cf",
    "-",
    ...entries,
  ]);
  const counter = createCounter();
  const packed = pipeline(
    stdout,
    createZstdCompress(),
    counter.stream,
    createWriteStream(file, { mode: 0o600, flags: "wx" }),
  );
  try {
    // The first error is the cause of the other.
    await Promise.all([ended, packed]);
  } finally {
    await Promise.allSettled([packed]);
  }
  return counter.result();
}

/** Unpacks an archive from `pack` into a folder. Throws `unavailable` if tar fails. */
export async function unpack(file: string, folder: string): Promise<void> {
  const { stdin, ended } = tar(["-C", folder, "--numeric-owner", "-pxf", "-"]);
  const fed = pipeline(createReadStream(file), createZstdDecompress(), stdin).catch(
    (cause: unknown) => cause,
  );
  await ended;
  const cause = await fed;
  if (cause !== undefined && !isClosedPipe(cause)) throw cause;
}

/** tar may close its input after the end-of-archive marker, before the padding that follows. */
const isClosedPipe = (cause: unknown) =>
  cause instanceof Error &&
  "code" in cause &&
  (cause.code === "EPIPE" || cause.code === "ERR_STREAM_PREMATURE_CLOSE");

/** Joins files from a folder into an uncompressed archive, in the given order. */
export const join = (folder: string, names: readonly string[], file: string) =>
  tar(["-C", folder, "-cf", file, ...names]).ended;

/** Unpacks an archive from `join` into a folder: all files, or only the given ones. */
export const split = (file: string, folder: string, names: readonly string[] = []) =>
  tar(["-C", folder, "-xf", file, ...names]).ended;

export async function digest(file: string): Promise<Written> {
  const counter = createCounter();
  await pipeline(
    createReadStream(file),
    counter.stream,
    new Writable({ write: (_chunk, _encoding, done) => done() }),
  );
  return counter.result();
}

export function createCounter() {
  const hash = createHash("sha256");
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, result: (): Written => ({ sha256: hash.digest("hex"), bytes }) };
}

/** Starts GNU tar. Exit code 1 means that a file changed while tar read it, which is normal in a backup of a running server. */
function tar(args: readonly string[]): {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly ended: Promise<void>;
} {
  const child = startProgram(
    () => spawn("tar", args, { env: { PATH: process.env.PATH, LC_ALL: "C" }, stdio: "pipe" }),
    cannotStart,
  );
  let lastWords = "";
  child.stderr.on("data", (chunk: Buffer) => {
    lastWords = (lastWords + chunk).slice(-2_000);
  });
  const closed = once(child, "close").catch((cause: unknown) => {
    throw cannotStart(cause);
  });
  const ended = closed.then(([code]) => {
    if (code === 0 || code === 1) return;
    throw new AppError("unavailable", withReason(`tar exited with code ${code}`, lastWords));
  });
  ended.catch(() => undefined);
  return { stdin: child.stdin, stdout: child.stdout, ended };
}

const cannotStart = (cause: unknown) =>
  new AppError("unavailable", withStartReason("tar could not be started", cause, "Install tar."), { cause });
