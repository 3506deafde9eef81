import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { FeatureFile } from "../../core/turns/index.ts";
import { ByteReader } from "../assemble/byte-reader.ts";
import { splitPath } from "../assemble/paths.ts";
import { type Entry, readTar } from "../assemble/read-tar.ts";
import { quoted, Rejected } from "../assemble/rejected.ts";

const maxBytes = 16 * 1024 ** 2;
const maxFiles = 500;
/** The server's own process parses the archive, so its number of steps is limited, too. */
const limits = { maxHeaders: 2_000, maxExtensionBytes: 4 * 1024 };

/**
 * Reads the files of a feature's archive: tar, plain or compressed with gzip. The archive is untrusted. Throws `Rejected` if it is damaged,
 * has more than 500 files, 2,000 headers or 16 MiB, has an extended header of more than 4 KiB, contains a link or another special file, or has paths outside its root.
 */
export async function readFeatureArchive(archive: Buffer): Promise<FeatureFile[]> {
  const tar = await decompress(archive);
  let parts: Buffer[] = [];
  let position = 0;
  const contents = {
    get position() {
      return position;
    },
    append(bytes: Buffer) {
      parts.push(bytes);
      position += bytes.length;
    },
  };
  const files = new Map<string, FeatureFile>();
  const source = (async function* () {
    yield tar;
  })();
  const reader = new ByteReader(source, { maxBytes, leftBytes: maxBytes });
  for await (const entry of readTar(reader, contents, limits)) {
    const content = Buffer.concat(parts);
    parts = [];
    const path = Buffer.from(splitPath(entry.path).join("/"), "latin1").toString("utf8");
    if (entry.kind === "directory") continue;
    requireFile(entry, content);
    files.set(path, { path, isExecutable: (entry.mode & 0o100) !== 0, content });
    if (files.size > maxFiles) throw new Rejected(`it has more than ${maxFiles} files.`, "too large");
  }
  requireTree(files);
  return [...files.values()];
}

async function decompress(archive: Buffer): Promise<Buffer> {
  if (archive[0] !== 0x1f || archive[1] !== 0x8b) return archive;
  try {
    return await promisify(gunzip)(archive, { maxOutputLength: maxBytes });
  } catch (cause) {
    const isTooLarge = (cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    if (isTooLarge) throw new Rejected(`it has more than ${maxBytes / 1024 ** 2} MiB.`, "too large");
    throw new Rejected("it is damaged: it cannot be decompressed.");
  }
}

function requireFile({ path, kind, content }: Entry, data: Buffer): void {
  if (kind !== "file") throw new Rejected(`the entry ${quoted(path)} is neither a file nor a folder.`);
  // The holes of a sparse file would count towards no limit.
  if (content?.size !== data.length) throw new Rejected(`the file ${quoted(path)} is sparse.`);
}

function requireTree(files: ReadonlyMap<string, FeatureFile>): void {
  if (files.has("")) throw new Rejected("its root is a file.");
  // In this order, a path is directly before the first of those below it.
  const paths = [...files.keys()].map((path) => `${path}/`).sort();
  for (const [index, path] of paths.entries())
    if (paths[index + 1]?.startsWith(path))
      throw new Rejected(`the path ${JSON.stringify(path.slice(0, -1))} is a file where a folder is needed.`);
}
