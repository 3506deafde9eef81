import { createHash } from "node:crypto";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError } from "../core/base/index.ts";
import type { LayerDigest } from "../core/turns/index.ts";
import { type Bytes, feed } from "./confine/run-confined.ts";
import { type ConfinedEnd, type LayerOwner, startConfined } from "./confine/start-confined.ts";

export interface AssembleLimits {
  /** Maximum size of the unpacked content, including holes of sparse files. */
  readonly maxBytes: number;
  readonly maxEntries: number;
  /** Maximum total size of names, link targets and extended attributes. */
  readonly maxNameBytes: number;
}

export interface AssembleInput {
  readonly mode: "archive" | "image" | "upper";
  readonly archives: AsyncIterable<Bytes> | Iterable<Bytes>;
  /** For `upper`, the path in the layer of each top-level folder of the archive. */
  readonly prefixes?: Readonly<Record<string, string>>;
  /** True if the tree must have glibc's loader for this machine. */
  readonly needsGlibc?: boolean;
  readonly limits: AssembleLimits;
  /** Writable folder for temporary files. */
  readonly scratch: string;
}

const folder = fileURLToPath(new URL("assemble/", import.meta.url));
const manifest = fileURLToPath(new URL("../../package.json", import.meta.url));
/** Extension of the program's modules: that of this file. In a package, all modules are JavaScript. */
const extension = extname(import.meta.url);
/** Paths that glibc's ABI defines for each processor. */
const glibcLoader = process.arch === "arm64" ? "/lib/ld-linux-aarch64.so.1" : "/lib64/ld-linux-x86-64.so.2";
const rejectedCode = 65;
const maxHeapMegabytes = 3_000;
const maxSentence = 600;

/**
 * Turns archives into one canonical archive, and passes it to `store`. Returns its digest. A confined program parses the archives. The digest
 * covers the bytes that `store` receives, so that the program cannot claim the digest of another tree. Throws `invalid_input` or
 * `too_large` if the program rejects the archives, and `unavailable` if it fails.
 */
export async function assemble(
  owner: LayerOwner | null,
  input: AssembleInput,
  store: (archive: Bytes) => Promise<void>,
  signal: AbortSignal,
): Promise<LayerDigest> {
  const { mode, archives, prefixes = {}, needsGlibc = false, limits, scratch } = input;
  const stop = new AbortController();
  const options = JSON.stringify({ mode, limits, prefixes, glibcLoader: needsGlibc ? glibcLoader : null });
  const { stdin, stdout, ended } = startConfined(
    owner,
    {
      argv: [
        "/node",
        `--max-old-space-size=${maxHeapMegabytes}`,
        `/program/assemble/main${extension}`,
        options,
        "/scratch/content",
      ],
      paths: [
        { inside: "/node", hostPath: process.execPath, isWritable: false },
        { inside: "/program/assemble", hostPath: folder, isWritable: false },
        { inside: "/program/package.json", hostPath: manifest, isWritable: false },
        { inside: "/scratch", hostPath: scratch, isWritable: true },
      ],
      needsFileCapabilities: false,
    },
    AbortSignal.any([signal, stop.signal]),
  );
  const failures: unknown[] = [];
  const fail = (cause: unknown) => {
    failures.push(cause);
    stop.abort();
  };
  const hash = createHash("sha256");
  const hashed = (async function* () {
    for await (const chunk of stdout as AsyncIterable<Buffer>) {
      hash.update(chunk);
      yield chunk;
    }
    // A program that fails closes its output as well. The archive is complete only if the program succeeded.
    const end = await ended;
    if (end.code !== 0) throw failureOf(end);
  })();
  feed(toFrames(archives), stdin, fail);
  try {
    await store(hashed);
  } catch (cause) {
    fail(cause);
  }
  await ended.catch(() => {});
  signal.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  return `sha256:${hash.digest("hex")}`;
}

async function* toFrames(archives: AssembleInput["archives"]): AsyncGenerator<Buffer> {
  for await (const archive of archives) {
    for await (const chunk of archive) {
      if (chunk.byteLength > 0)
        yield* [lengthOf(chunk.byteLength), Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)];
    }
    yield lengthOf(0);
  }
}

function lengthOf(size: number): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(size);
  return header;
}

/** The program's words are untrusted as well: its parser may be compromised. */
export function failureOf({ code, words, exceeded }: ConfinedEnd): AppError {
  const { rejected, kind } = code === rejectedCode ? parseReport(words) : { rejected: null, kind: null };
  if (rejected === null && exceeded !== null)
    return new AppError(
      "too_large",
      `Processing the content of the layer needs more than ${exceeded}. Remove files from it.`,
      { cause: words },
    );
  if (rejected === null)
    return new AppError("unavailable", "The content of the layer could not be processed. Try again.", {
      cause: words,
    });
  const sentence = `The content of the layer is rejected: ${rejected.replaceAll(/\p{C}+/gu, " ").slice(0, maxSentence)}`;
  return new AppError(kind === "too large" ? "too_large" : "invalid_input", sentence);
}

function parseReport(words: string): { readonly rejected: string | null; readonly kind: unknown } {
  try {
    const { rejected, kind } = JSON.parse(words.split("\n").at(-1)!);
    return { rejected: typeof rejected === "string" ? rejected : null, kind };
  } catch {
    return { rejected: null, kind: null };
  }
}
