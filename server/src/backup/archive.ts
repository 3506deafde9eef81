import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { type Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdCompress, createZstdDecompress } from "node:zlib";
import { AppError, reason, withReason, withStartReason } from "../core/base/index.ts";
import { startProgram } from "../runtime/start-program.ts";

export interface Written {
  readonly sha256: string;
  readonly bytes: number;
}

/** Files and folders that an archive lacks, although they were to be packed. */
export interface Omitted {
  /** Number of those that could not be read, for example because they belong to another user. */
  readonly unreadable: number;
  /** Number of those whose path is too long to be unpacked. A folder counts once. */
  readonly tooLong: number;
  /** Some of their paths, below the packed folder. */
  readonly examples: readonly string[];
}

interface Packed {
  readonly written: Written;
  readonly omitted: Omitted;
}

/** Below the limit of Linux, because tar unpacks paths as a whole. */
const maxPathBytes = 4_000;
const maxExamples = 3;

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
 * because an agent can create a file of terabytes that uses no space. Omits what cannot be read or unpacked. Throws `unavailable` if tar fails.
 */
export async function pack(
  { folder, entries = ["."], without = [] }: Packing,
  file: string,
): Promise<Packed> {
  const tooLong = await findTooLong(folder, without);
  const excluded = without.map((pattern) => `--exclude=${pattern}`);
  const options = ["--anchored", "--wildcards", "--no-wildcards-match-slash", ...excluded];
  const { stdout, ended, unreadable } = tar([
    "-C",
    folder,
    "--numeric-owner",
    "--ignore-failed-read",
    "--sparse",
    ...options,
    "--wildcards-match-slash",
    `--exclude=${tooLongPattern}`,
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
  const omitted = {
    unreadable: unreadable.count,
    tooLong: tooLong.count,
    examples: [...unreadable.examples, ...tooLong.examples].slice(0, maxExamples),
  };
  return { written: counter.result(), omitted };
}

/** Matches the paths that are longer than `maxPathBytes`, for tar and for find. */
const tooLongPattern = `./${"?".repeat(maxPathBytes - 1)}*`;

/** Finds the paths in a folder that are too long. Does not search in the excluded folders whose names contain no wildcards. */
async function findTooLong(folder: string, without: readonly string[]): Promise<Found> {
  const skipped = without
    .filter((pattern) => !/[*?[\\]/.test(pattern))
    .flatMap((path) => ["-path", path, "-o"]);
  const args = [
    ".",
    "(",
    ...skipped,
    "-false",
    ")",
    "-prune",
    "-o",
    "-path",
    tooLongPattern,
    "-prune",
    "-print0",
  ];
  const { child, ended } = start("find", args, { cwd: folder, fix: "Install findutils." });
  const found = createFound();
  let rest = "";
  for await (const text of child.stdout.setEncoding("latin1")) {
    const paths = (rest + text).split("\0");
    rest = paths.pop()!;
    for (const path of paths) found.add(Buffer.from(path, "latin1").toString());
  }
  // Code 1 means that a folder could not be read, which tar reports too.
  await ended([0, 1]);
  return found;
}

interface Found {
  readonly count: number;
  readonly examples: readonly string[];
}

function createFound() {
  const examples: string[] = [];
  return {
    count: 0,
    examples,
    add(path: string) {
      this.count += 1;
      const shown = path.replace(/^[.][/]/, "");
      if (examples.length < maxExamples)
        examples.push(shown.length > 200 ? `${shown.slice(0, 200)}…` : shown);
    },
  };
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

/**
 * Unpacks an archive from `join` into a folder: all files, or only the given ones. Throws `invalid_input` if the archive ends too early, lacks
 * a file or is not an archive, and `unavailable` if tar fails.
 */
export async function split(file: string, folder: string, names: readonly string[] = []): Promise<void> {
  try {
    await tar(["-C", folder, "-xf", file, ...names]).ended;
  } catch (cause) {
    const problem = splitProblems.find(([pattern]) => pattern.test(reason(cause)))?.[1];
    if (problem === undefined) throw cause;
    throw new AppError("invalid_input", `${file} ${problem}`, { cause });
  }
}

const splitProblems: readonly (readonly [RegExp, string])[] = [
  [/Unexpected EOF in archive/, "is incomplete: it ends too early. Copy it again, or use another backup."],
  [
    /Not found in archive|does not look like a tar archive/,
    'is incomplete, or is not a backup. Copy it again, or use a file that "tembo backup" made.',
  ],
];

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
  /** Files that could not be read. It is complete when `ended` resolves. */
  readonly unreadable: Found;
} {
  const { child, ended } = start("tar", args, { fix: "Install tar." });
  const unreadable = createFound();
  createInterface({ input: child.stderr }).on("line", (line) => {
    const [, path, why] = unreadableLine.exec(line) ?? [];
    // Files of a running server can disappear.
    if (path !== undefined && why !== "No such file or directory") unreadable.add(path);
  });
  return { stdin: child.stdin, stdout: child.stdout, ended: ended([0, 1]), unreadable };
}

/** Line of `--ignore-failed-read`, which does not change the exit code. */
const unreadableLine = /^tar: (.+): Warning: (?:Cannot \w+|Read error at .*): (.+)$/;

/** Starts a program. `ended` throws `unavailable` if the program ends with another exit code than the given ones, or could not be started. */
function start(
  program: string,
  args: readonly string[],
  { cwd, fix }: { readonly cwd?: string; readonly fix: string },
) {
  const cannotStart = (cause: unknown) =>
    new AppError("unavailable", withStartReason(`${program} could not be started`, cause, fix), { cause });
  const child = startProgram(
    () => spawn(program, args, { cwd, env: { PATH: process.env.PATH, LC_ALL: "C" }, stdio: "pipe" }),
    cannotStart,
  );
  let lastWords = "";
  child.stderr.on("data", (chunk: Buffer) => {
    lastWords = (lastWords + chunk).slice(-2_000);
  });
  const closed = once(child, "close").catch((cause: unknown) => {
    throw cannotStart(cause);
  });
  closed.catch(() => undefined);
  const ended = (codes: readonly number[]) => {
    const result = closed.then(([code]) => {
      if (codes.includes(code)) return;
      throw new AppError("unavailable", withReason(`${program} exited with code ${code}`, lastWords));
    });
    result.catch(() => undefined);
    return result;
  };
  return { child, ended };
}
