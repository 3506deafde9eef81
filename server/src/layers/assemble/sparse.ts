import type { ByteReader } from "./byte-reader.ts";
import { blockBytes, type Header, numberAt } from "./header.ts";
import type { PaxRecords } from "./pax.ts";
import { Rejected } from "./rejected.ts";

/** Part of a sparse file that has data. The rest of the file is zeros. */
export interface Segment {
  readonly at: number;
  readonly length: number;
}

export interface SparseMap {
  readonly segments: readonly Segment[];
  /** Size of the file including its holes. */
  readonly size: number;
  /** Bytes of the entry's data that the map itself uses. */
  readonly mapBytes: number;
}

const maxSegments = 100_000;

/** Reads the map of a sparse file in GNU tar's formats 0.0, 0.1 and 1.0. Returns null for other files. */
export async function readSparsePax(
  records: ReadonlyMap<string, string>,
  ordered: PaxRecords,
  reader: ByteReader,
): Promise<SparseMap | null> {
  if (records.get("GNU.sparse.major") === "1") {
    const size = toNumber(records.get("GNU.sparse.realsize"));
    return readMapInData(reader, size);
  }
  const size = records.get("GNU.sparse.size");
  if (size === undefined) return null;
  const map = records.get("GNU.sparse.map");
  const numbers =
    map === undefined
      ? ordered
          .filter(([name]) => name === "GNU.sparse.offset" || name === "GNU.sparse.numbytes")
          .map(([, value]) => value)
      : map.split(",");
  return { segments: toSegments(numbers.map(toNumber)), size: toNumber(size), mapBytes: 0 };
}

/** In format 1.0, the data starts with decimal lines: the number of segments, then position and length of each. */
async function readMapInData(reader: ByteReader, size: number): Promise<SparseMap> {
  const numbers: number[] = [];
  let mapBytes = 0;
  let text = "";
  for (let wanted = 1; numbers.length < wanted; ) {
    const block = await reader.take(blockBytes);
    if (block === null) throw damaged();
    mapBytes += block.length;
    text += block.toString("latin1");
    const lines = text.split("\n");
    text = lines.pop()!;
    if (text.length > 2 * blockBytes) throw damaged();
    for (const line of lines) if (numbers.length < wanted) wanted = count(numbers, line);
  }
  return { segments: toSegments(numbers.slice(1)), size, mapBytes };
}

function count(numbers: number[], line: string): number {
  numbers.push(toNumber(line));
  const segments = numbers[0]!;
  if (segments > maxSegments) throw tooMany();
  return 1 + 2 * segments;
}

/** Reads the map of GNU tar's old format, which is in the header and in the blocks that follow it. */
export async function readSparseOld(header: Header, reader: ByteReader): Promise<SparseMap> {
  const numbers: number[] = [];
  const add = (block: Buffer, at: number, entries: number) => {
    for (let index = 0; index < entries; index++) {
      const length = numberAt(block, at + index * 24 + 12, 12);
      if (length > 0) numbers.push(numberAt(block, at + index * 24, 12), length);
    }
  };
  add(header.block, 386, 4);
  for (let isExtended = header.block[482] === 1; isExtended; ) {
    const block = await reader.take(blockBytes);
    if (block === null) throw damaged();
    add(block, 0, 21);
    if (numbers.length > 2 * maxSegments) throw tooMany();
    isExtended = block[504] === 1;
  }
  return { segments: toSegments(numbers), size: numberAt(header.block, 483, 12), mapBytes: 0 };
}

function toSegments(numbers: readonly number[]): Segment[] {
  if (numbers.length % 2 !== 0) throw damaged();
  if (numbers.length > 2 * maxSegments) throw tooMany();
  const segments: Segment[] = [];
  for (let index = 0; index < numbers.length; index += 2)
    if (numbers[index + 1]! > 0) segments.push({ at: numbers[index]!, length: numbers[index + 1]! });
  return segments;
}

/** Throws `Rejected` unless the segments are in order, do not overlap, are within the file and cover exactly the stored data. */
export function requireValid({ segments, size }: SparseMap, dataBytes: number): void {
  let end = 0;
  let total = 0;
  for (const { at, length } of segments) {
    if (at < end) throw damaged();
    end = at + length;
    total += length;
  }
  if (end > size || total !== dataBytes) throw damaged();
}

function toNumber(text: string | undefined): number {
  const number = Number(text);
  if (text === undefined || !/^\d+$/.test(text) || !Number.isSafeInteger(number)) throw damaged();
  return number;
}

const damaged = () => new Rejected("it is damaged: the map of a sparse file is invalid.");
const tooMany = () => new Rejected(`a sparse file has more than ${maxSegments} segments.`, "too large");
