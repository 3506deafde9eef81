/**
 * Searches the folders in its arguments for the texts on its standard input, and prints the first match as JSON. Reads
 * each file once, in pieces, and follows no links.
 */
import { constants } from "node:fs";
import { open, opendir } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { createSearch, type Search } from "./search.ts";

const pieceBytes = 1024 ** 2;
/** Encoding of names that keeps every byte, because names need not be UTF-8. */
const nameEncoding = "latin1";
const bytesOf = (path: string) => Buffer.from(path, nameEncoding);

const texts: readonly string[] = JSON.parse((await buffer(process.stdin)).toString("utf8"));
const search = createSearch(texts.map((text) => Buffer.from(text)));
process.stdout.write(JSON.stringify(await searchAll(process.argv.slice(2))));

async function searchAll(folders: readonly string[]) {
  for (const [folder, root] of folders.entries()) {
    const found = await searchFolder(root, "");
    if (found !== null) return { folder, ...found };
  }
  return null;
}

async function searchFolder(
  root: string,
  folder: string,
): Promise<{ readonly path: string; readonly index: number } | null> {
  for await (const entry of await opendir(bytesOf(`${root}/${folder}`), { encoding: nameEncoding })) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      const found = await searchFolder(root, path);
      if (found !== null) return found;
    } else if (entry.isFile()) {
      const index = await searchFile(bytesOf(`${root}/${path}`), search);
      if (index !== null) return { path: bytesOf(path).toString("utf8"), index };
    }
  }
  return null;
}

async function searchFile(path: Buffer, { find, overlap }: Search): Promise<number | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const piece = Buffer.alloc(overlap + pieceBytes);
    for (let kept = 0; ; ) {
      const { bytesRead } = await file.read(piece, kept, pieceBytes, null);
      if (bytesRead === 0) return null;
      const end = kept + bytesRead;
      const index = find(piece.subarray(0, end));
      if (index !== null) return index;
      // A text may span two pieces.
      const from = Math.max(0, end - overlap);
      piece.copyWithin(0, from, end);
      kept = end - from;
    }
  } finally {
    await file.close();
  }
}
