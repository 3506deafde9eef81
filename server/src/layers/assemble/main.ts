/**
 * Program that turns archives into one canonical archive. It runs confined: without a network, without the machine's files and as an
 * unprivileged user, because it parses what strangers provide. Reads frames (see archives.ts) from its input and writes the archive to its
 * output. Writes a summary or the reason for a rejection as one line of JSON to its error output.
 * Arguments: a JSON object (see `AssembleOptions`) and the path of a new file for content.
 */
import { writeSync } from "node:fs";
import { type Assembly, applyEntry, type Limits, type Mode } from "./apply-entry.ts";
import { splitArchives } from "./archives.ts";
import { ByteReader, tooLarge } from "./byte-reader.ts";
import { ContentFile } from "./content-file.ts";
import { hasFile } from "./paths.ts";
import { readTar } from "./read-tar.ts";
import { Rejected } from "./rejected.ts";
import { implicitFolder } from "./tree.ts";
import { writeTar } from "./write-tar.ts";

interface AssembleOptions {
  readonly mode: Mode;
  readonly limits: Limits & { readonly maxBytes: number };
  readonly prefixes: Readonly<Record<string, string>>;
  /** Path of glibc's loader, if the tree must have one. */
  readonly glibcLoader: string | null;
}

/** Exit code for a rejected archive. */
const rejectedCode = 65;

const [optionsText, contentPath] = process.argv.slice(2);
try {
  const summary = await assemble(JSON.parse(optionsText!), contentPath!);
  report(summary);
} catch (cause) {
  if (!(cause instanceof Rejected)) throw cause;
  report({ rejected: cause.message, kind: cause.kind });
  process.exitCode = rejectedCode;
}

async function assemble({ mode, limits, prefixes, glibcLoader }: AssembleOptions, path: string) {
  const contents = new ContentFile(path);
  const assembly: Assembly = {
    root: implicitFolder(0),
    mode,
    limits,
    prefixes: new Map(Object.entries(prefixes)),
    count: { entries: 0, nameBytes: 0, skippedDevices: 0 },
  };
  const allowance = { maxBytes: limits.maxBytes, leftBytes: limits.maxBytes };
  let archive = 0;
  for await (const chunks of splitArchives(process.stdin)) {
    const reader = new ByteReader(chunks, allowance);
    for await (const entry of readTar(reader, contents)) applyEntry(assembly, entry, archive);
    archive += 1;
  }
  if (assembly.count.entries === 0) throw new Rejected("it is empty.");
  if (glibcLoader !== null && !hasFile(assembly.root, glibcLoader))
    throw new Rejected(
      `it has no ${glibcLoader}. Harnesses need glibc, so images such as Alpine and distroless do not work. Choose one that is based on Debian, Ubuntu or Fedora.`,
    );
  const output = createOutput(limits.maxBytes);
  writeTar(assembly.root, contents, output.write);
  output.end();
  contents.close();
  return { entries: assembly.count.entries, skippedDevices: assembly.count.skippedDevices };
}

/** Buffers the output, because headers are small. Throws `Rejected` beyond the limit. */
function createOutput(maxBytes: number) {
  const buffer = Buffer.allocUnsafe(1024 ** 2);
  let buffered = 0;
  let total = 0;
  const flush = () => {
    writeAll(buffer.subarray(0, buffered));
    buffered = 0;
  };
  return {
    write: (bytes: Buffer) => {
      total += bytes.length;
      if (total > maxBytes) throw tooLarge(maxBytes);
      for (let at = 0; at < bytes.length; ) {
        const count = bytes.copy(buffer, buffered, at);
        buffered += count;
        at += count;
        if (buffered === buffer.length) flush();
      }
    },
    end: flush,
  };
}

function writeAll(bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes, done);
}

function report(value: object): void {
  writeSync(2, `${JSON.stringify(value)}\n`);
}
