import { open, readFile, rename, stat, utimes, writeFile } from "node:fs/promises";
import { copyIndex } from "../workspace/checkout-files.ts";

/** Facts about the host's own copy of an index. Times are those of the file system, in nanoseconds since 1970. */
export interface IndexRecord {
  /** Checksum at the end of the index. Another version may have replaced the index without this record. */
  readonly checksum: string;
  /** Tree with the same files as the index. */
  readonly tree: string;
  /** Submodules in the index, or null if they are not known. */
  readonly links: readonly string[] | null;
  /** Time before git read the first file. */
  readonly readFrom: string;
  /** Time after git read the last file. */
  readonly readTo: string;
}

const checksumBytes = 20;
const recordOf = (indexPath: string) => `${indexPath}.json`;

/** Copies git's index to `to` and records its tree. `readFrom` is null if no program could change files while git read them. */
export async function keepIndex(
  from: string,
  to: string,
  known: Pick<IndexRecord, "tree" | "links"> & { readonly readFrom: bigint | null },
): Promise<void> {
  const written = await ifThere(stat(from, { bigint: true }));
  // Git writes no index for an empty work tree.
  if (written === null) return;
  const { ctimeNs } = written;
  const next = `${to}.new`;
  await copyIndex(from, next, known.readFrom);
  const record: IndexRecord = {
    ...known,
    checksum: await readChecksum(next),
    readFrom: String(known.readFrom ?? ctimeNs),
    readTo: String(ctimeNs),
  };
  await writeFile(`${recordOf(to)}.new`, JSON.stringify(record), { mode: 0o600 });
  await rename(next, to);
  await rename(`${recordOf(to)}.new`, recordOf(to));
}

/** Renames a kept index with its record. */
export async function moveIndex(from: string, to: string): Promise<void> {
  await rename(from, to);
  await ifThere(rename(recordOf(from), recordOf(to)));
}

/**
 * Copies a kept index to `to`, and returns its record. Returns null, without a copy, if there is no index with a record. Git then trusts the
 * recorded state of every file, except those that `changedWhileRead` matches, which the caller must make git read again.
 */
export async function reuseIndex(from: string, to: string): Promise<IndexRecord | null> {
  const record = parseRecord((await ifThere(readFile(recordOf(from), "utf8"))) ?? "");
  if (record === null || (await ifThere(copyIndex(from, to, null))) === null) return null;
  if (record.checksum !== (await readChecksum(to))) return null;
  // Git would otherwise read every file again that changed in the last second before it wrote the index.
  const after = Number(secondAfter(record));
  await utimes(to, after, after);
  return record;
}

/**
 * Returns tests of find(1) for files that may have changed after git read them, although their state appears the same to git. Git compares
 * times by the second, so a program can restore the modification time and the size within the second in which git read the file. It cannot
 * set the time of the status change, which find compares exactly.
 */
export const changedWhileRead = (record: IndexRecord): readonly string[] => [
  ...["-newerct", `@${decimal(BigInt(record.readFrom) - 1n)}`],
  ...["!", "-newerct", `@${secondAfter(record)}`],
];

const second = 1_000_000_000n;
const secondAfter = ({ readTo }: IndexRecord) => BigInt(readTo) / second + 1n;
const decimal = (ns: bigint) => `${ns / second}.${String(ns % second).padStart(9, "0")}`;

/** Returns null for a file that a power failure left empty or incomplete. */
function parseRecord(text: string): IndexRecord | null {
  try {
    return JSON.parse(text) as IndexRecord;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}

async function readChecksum(indexPath: string): Promise<string> {
  await using file = await open(indexPath, "r");
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(
    Buffer.alloc(checksumBytes),
    0,
    checksumBytes,
    Math.max(0, size - checksumBytes),
  );
  return buffer.toString("hex", 0, bytesRead);
}

/** Returns null if a file is missing. */
async function ifThere<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw cause;
  }
}
