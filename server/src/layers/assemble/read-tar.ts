import type { ByteReader } from "./byte-reader.ts";
import type { Content } from "./content-file.ts";
import { blockBytes, type Header, parseHeader } from "./header.ts";
import { type PaxRecords, parsePax } from "./pax.ts";
import { quoted, Rejected } from "./rejected.ts";
import { readSparseOld, readSparsePax, requireValid, type SparseMap } from "./sparse.ts";

/** Entry of an archive, as the archive states it. Nothing is checked yet. */
export interface Entry {
  readonly path: string;
  readonly kind: "file" | "directory" | "symlink" | "hardlink" | "fifo" | "characterDevice" | "blockDevice";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly xattrs: ReadonlyMap<string, string>;
  readonly target: string;
  readonly device: Header["device"];
  /** Content of a file. Null for all other kinds. */
  readonly content: Content | null;
}

/** Receives the content of all files. */
export interface Contents {
  /** Position at which `append` writes next. */
  readonly position: number;
  append(bytes: Buffer): void;
}

export interface TarLimits {
  /** Maximum number of headers, which entries and their extensions have. */
  readonly maxHeaders: number;
  /** Maximum size of an extended header, and of all global ones together. Global ones apply to each entry that follows. */
  readonly maxExtensionBytes: number;
}

/** Limits for a confined program, which has a time limit, and counts the entries itself. */
const usualLimits: TarLimits = { maxHeaders: Number.POSITIVE_INFINITY, maxExtensionBytes: 1024 ** 2 };
const kinds: Readonly<Record<string, Entry["kind"]>> = {
  "0": "file",
  "\0": "file",
  "7": "file",
  S: "file",
  "1": "hardlink",
  "2": "symlink",
  "3": "characterDevice",
  "4": "blockDevice",
  "5": "directory",
  "6": "fifo",
};
/** Prefix of extended attributes. GNU tar, Go and libarchive write it. */
const xattrPrefix = "SCHILY.xattr.";

/** Extensions that apply to the next entry. */
interface Extensions {
  readonly records: PaxRecords;
  readonly name: string | null;
  readonly target: string | null;
}

/** Reads the entries of a tar archive. Appends their content to `contents`, before it yields their entry. Throws `Rejected` if the archive is malformed, incomplete or beyond the limits. */
export async function* readTar(
  reader: ByteReader,
  contents: Contents,
  { maxHeaders, maxExtensionBytes }: TarLimits = usualLimits,
): AsyncGenerator<Entry> {
  const tooLong = () =>
    new Rejected(`an extended header has more than ${maxExtensionBytes / 1024} KiB.`, "too large");
  const readExtension = (header: Header) => {
    if (header.size < 0 || header.size > maxExtensionBytes) throw tooLong();
    return readData(header, reader);
  };
  const none: Extensions = { records: [], name: null, target: null };
  let global: PaxRecords = [];
  let globalBytes = 0;
  let next = none;
  for (let headers = 1; ; headers++) {
    const block = await reader.take(blockBytes);
    if (block === null) break;
    const header = parseHeader(block);
    if (header === null) break;
    if (headers > maxHeaders)
      throw new Rejected(
        `it has more than ${maxHeaders} headers of files, folders and extensions.`,
        "too large",
      );
    if (header.type === "g") {
      globalBytes += header.size;
      if (globalBytes > maxExtensionBytes) throw tooLong();
      global = [...global, ...parsePax(await readExtension(header))];
    } else if (header.type === "x") next = { ...next, records: parsePax(await readExtension(header)) };
    else if (header.type === "L") next = { ...next, name: toName(await readExtension(header)) };
    else if (header.type === "K") next = { ...next, target: toName(await readExtension(header)) };
    else if (header.type === "V") await skip(header.size, reader);
    else {
      const extensions = next;
      next = none;
      yield await readEntry(
        header,
        { ...extensions, records: [...global, ...extensions.records] },
        {
          reader,
          contents,
        },
      );
    }
  }
  await reader.drain();
}

interface Places {
  readonly reader: ByteReader;
  readonly contents: Contents;
}

async function readEntry(header: Header, extensions: Extensions, places: Places): Promise<Entry> {
  const records = new Map(extensions.records);
  const path = records.get("GNU.sparse.name") ?? records.get("path") ?? extensions.name ?? header.name;
  const kind = kinds[header.type];
  if (kind === undefined)
    throw new Rejected(
      `the entry ${quoted(path)} has an unknown type. Create the archive with another program.`,
    );
  // Archives from before POSIX have no type for folders.
  const isOldFolder = kind === "file" && header.type !== "7" && path.endsWith("/");
  const size = numberOf(records, "size") ?? header.size;
  const isFile = kind === "file" && !isOldFolder;
  return {
    path,
    kind: isOldFolder ? "directory" : kind,
    mode: header.mode,
    uid: numberOf(records, "uid") ?? header.uid,
    gid: numberOf(records, "gid") ?? header.gid,
    mtime: numberOf(records, "mtime") ?? header.mtime,
    xattrs: xattrsOf(extensions.records),
    target: records.get("linkpath") ?? extensions.target ?? header.target,
    device: header.device,
    // Like Go's reader, which the writers of images use, ignores the size of entries that have no content.
    content: isFile
      ? await readContent(header, { size, records, ordered: extensions.records }, places)
      : null,
  };
}

async function readContent(
  header: Header,
  {
    size,
    records,
    ordered,
  }: {
    readonly size: number;
    readonly records: ReadonlyMap<string, string>;
    readonly ordered: PaxRecords;
  },
  { reader, contents }: Places,
): Promise<Content> {
  if (size < 0) throw new Rejected("it is damaged: an entry has a negative size.");
  const sparse =
    header.type === "S" ? await readSparseOld(header, reader) : await readSparsePax(records, ordered, reader);
  const whole: SparseMap = { segments: size === 0 ? [] : [{ at: 0, length: size }], size, mapBytes: 0 };
  const map = sparse ?? whole;
  const dataBytes = size - map.mapBytes;
  requireValid(map, dataBytes);
  const parts: Content["parts"][number][] = [];
  let offset = contents.position;
  for (const segment of map.segments) {
    parts.push({ ...segment, offset });
    offset += segment.length;
  }
  await reader.pass(dataBytes, (part) => contents.append(part));
  await reader.pass(paddingOf(size), () => {});
  return { size: map.size, parts };
}

async function readData(header: Header, reader: ByteReader): Promise<Buffer> {
  const data = (await reader.take(header.size)) ?? Buffer.alloc(0);
  if (data.length < header.size)
    throw new Rejected("it is incomplete: it ends within an entry. Transfer it again.");
  await reader.pass(paddingOf(header.size), () => {});
  return data;
}

async function skip(size: number, reader: ByteReader): Promise<void> {
  await reader.pass(size + paddingOf(size), () => {});
}

export const paddingOf = (size: number) => (blockBytes - (size % blockBytes)) % blockBytes;

function toName(data: Buffer): string {
  const end = data.indexOf(0);
  return data.toString("latin1", 0, end === -1 ? data.length : end);
}

/** Returns the whole part of a number in an extended header, or null if the header does not have the field. */
function numberOf(records: ReadonlyMap<string, string>, name: string): number | null {
  const text = records.get(name);
  // An empty value removes the field of a global header.
  if (text === undefined || text === "") return null;
  if (!/^-?\d{1,20}(?:\.\d*)?$/.test(text))
    throw new Rejected(`it is damaged: the field "${name}" of an extended header is not a number.`);
  return Math.floor(Number(text));
}

function xattrsOf(records: PaxRecords): ReadonlyMap<string, string> {
  const found = records.filter(([name]) => name.startsWith(xattrPrefix));
  return new Map(found.map(([name, value]) => [name.slice(xattrPrefix.length), value]));
}
