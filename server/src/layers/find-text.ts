import { extname, posix } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { AppError, withReason } from "../core/base/index.ts";
import type { FoundText, WrittenFolder } from "../core/turns/index.ts";
import { BoundedBuffer } from "../runtime/bounded-buffer.ts";
import { runConfined } from "./confine/run-confined.ts";
import type { LayerOwner } from "./confine/start-confined.ts";
import { packCommand } from "./pack-folders.ts";

const programFolder = fileURLToPath(new URL("find-text/", import.meta.url));
const parser = fileURLToPath(new URL("assemble/", import.meta.url));
const manifest = fileURLToPath(new URL("../../package.json", import.meta.url));
/** Extension of the program's modules: that of this file. In a package, all modules are JavaScript. */
const extension = extname(import.meta.url);
const maxAnswerBytes = 64 * 1024;

/**
 * Searches everything of a folder that becomes part of a layer: names, targets of links, extended attributes and content. A confined program
 * receives the texts on its standard input, and searches the archive that another program packs beside it.
 */
export async function findText(
  owner: LayerOwner | null,
  { folder, texts }: { readonly folder: WrittenFolder; readonly texts: readonly string[] },
  signal: AbortSignal,
): Promise<FoundText | null> {
  const answer = new BoundedBuffer(maxAnswerBytes);
  const pack = packCommand(folder);
  await runConfined(
    owner,
    {
      ...pack,
      argv: ["/node", `/program/find-text/main${extension}`, ...pack.argv],
      paths: [
        { inside: "/node", hostPath: process.execPath, isWritable: false },
        { inside: "/program/find-text", hostPath: programFolder, isWritable: false },
        { inside: "/program/package.json", hostPath: manifest, isWritable: false },
        { inside: "/program/assemble", hostPath: parser, isWritable: false },
        ...pack.paths,
      ],
      input: Readable.from([Buffer.from(JSON.stringify(texts))]),
      useOutput: (chunk) => void answer.add(chunk),
    },
    signal,
  );
  return readAnswer(answer.toBuffer().toString("utf8"), folder);
}

function readAnswer(text: string, { path }: WrittenFolder): FoundText | null {
  try {
    const found = JSON.parse(text) as { path: string; index: number } | null;
    if (found === null) return null;
    return { path: posix.join(path, found.path), index: found.index };
  } catch (cause) {
    throw new AppError("unavailable", withReason("The build's files could not be searched", cause), {
      cause,
    });
  }
}
