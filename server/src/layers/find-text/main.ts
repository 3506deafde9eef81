/**
 * Searches the archive that the program in its arguments writes for the texts on its standard input, and prints the first match as JSON. The
 * archive has one top-level folder, which is the searched folder.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { ByteReader } from "../assemble/byte-reader.ts";
import { type Entry, readTar } from "../assemble/read-tar.ts";
import { createSearch } from "./search.ts";

/** Found position of a text, and the path of the entry in the archive. */
interface Found {
  readonly path: string;
  readonly index: number;
}

const unlimited = { maxBytes: Number.POSITIVE_INFINITY, leftBytes: Number.POSITIVE_INFINITY };
const texts: readonly string[] = JSON.parse((await buffer(process.stdin)).toString("utf8"));
const search = createSearch(texts.map((text) => Buffer.from(text)));
const [program, ...args] = process.argv.slice(2);
const found = await searchArchive();
process.stdout.write(JSON.stringify(found === null ? null : answerOf(found)));

async function searchArchive(): Promise<Found | null> {
  const packer = spawn(program!, args, { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(packer, "close");
  const contents = createContents();
  for await (const entry of readTar(new ByteReader(packer.stdout, unlimited), contents)) {
    const index = indexIn(entry) ?? contents.takeFound();
    if (index === null) continue;
    packer.kill("SIGKILL");
    return { path: entry.path, index };
  }
  const [code] = await closed;
  if (code !== 0) throw new Error(`${program} failed with exit code ${code}.`);
  return null;
}

/** Searches what an entry has beside its content. Its strings are bytes in latin1. */
function indexIn({ path, target, xattrs }: Entry): number | null {
  for (const text of [path, target, ...[...xattrs].flat()]) {
    const index = search.find(Buffer.from(text, "latin1"));
    if (index !== null) return index;
  }
  return null;
}

/** Searches the content of one file at a time, in pieces. */
function createContents() {
  let end: Buffer = Buffer.alloc(0);
  let index: number | null = null;
  return {
    position: 0,
    append: (bytes: Buffer) => {
      if (index !== null) return;
      // A text may span two pieces.
      const piece = Buffer.concat([end, bytes]);
      index = search.find(piece);
      end = Buffer.from(piece.subarray(Math.max(0, piece.length - search.overlap)));
    },
    /** Returns what was found since the last call. */
    takeFound: () => {
      const taken = index;
      end = Buffer.alloc(0);
      index = null;
      return taken;
    },
  };
}

/** The path must not show a text that is in a name. */
function answerOf({ path, index }: Found) {
  const [, ...names] = path.split("/").filter((name) => name !== "");
  while (search.find(Buffer.from(names.join("/"), "latin1")) !== null) names.pop();
  return { path: Buffer.from(names.join("/"), "latin1").toString("utf8"), index };
}
