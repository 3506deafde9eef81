/** Entry of a test archive. All fields are written as given, so that hostile archives can be made. */
export interface TarEntry {
  readonly name: string;
  /** Type flag of the header. Defaults to `0`, or to `5` if the name ends with a slash. */
  readonly type?: string;
  readonly body?: string | Buffer;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  readonly target?: string;
  readonly device?: readonly [major: number, minor: number];
  /** Records of an extended header before the entry. */
  readonly pax?: Readonly<Record<string, string>>;
}

/** Creates a tar archive. This code is independent of the product's writer. */
export function makeTar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(1_024)]);
}

/** Returns the archive as a stream of small chunks. */
export async function* inChunks(bytes: Buffer, size = 1_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function blocksOf(entry: TarEntry): Buffer[] {
  const body = Buffer.from(entry.body ?? "");
  const blocks = [headerOf(entry, body.length), body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  if (entry.pax === undefined) return blocks;
  const records = Object.entries(entry.pax).map(([name, value]) => recordOf(` ${name}=${value}\n`));
  return [...blocksOf({ name: "pax", type: "x", body: Buffer.from(records.join(""), "latin1") }), ...blocks];
}

function recordOf(rest: string): string {
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length += 1;
  return `${length}${rest}`;
}

function headerOf(entry: TarEntry, size: number): Buffer {
  const { name, mode, uid = 0, gid = 0, mtime = 1_000_000_000, target = "", device = [0, 0] } = entry;
  const isFolder = name.endsWith("/");
  const type = entry.type ?? (isFolder ? "5" : "0");
  const block = Buffer.alloc(512);
  const octal = (value: number, at: number, digits: number) =>
    block.write(value.toString(8).padStart(digits, "0"), at, "latin1");
  block.write(name, 0, "latin1");
  octal(mode ?? (isFolder ? 0o755 : 0o644), 100, 7);
  octal(uid, 108, 7);
  octal(gid, 116, 7);
  octal(size, 124, 11);
  octal(mtime, 136, 11);
  block.write(type, 156, "latin1");
  block.write(target, 157, "latin1");
  block.write("ustar\u000000", 257, "latin1");
  octal(device[0], 329, 7);
  octal(device[1], 337, 7);
  block.write("        ", 148, "latin1");
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  block[154] = 0;
  return block;
}
