import { Rejected } from "./rejected.ts";

export const blockBytes = 512;

/** Fields of a tar header (POSIX ustar and GNU). Names are bytes in latin1 strings. */
export interface Header {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly type: string;
  readonly target: string;
  readonly device: { readonly major: number; readonly minor: number };
  readonly block: Buffer;
}

/** Parses a header block. Returns null for a block of zeros, which ends an archive. Throws `Rejected` if the checksum is wrong. */
export function parseHeader(block: Buffer): Header | null {
  if (block.every((byte) => byte === 0)) return null;
  const sums = [0, 0];
  for (const [index, value] of block.entries()) {
    const byte = index >= 148 && index < 156 ? 32 : value;
    sums[0]! += byte;
    // Some old programs added the bytes as signed numbers.
    sums[1]! += byte > 127 ? byte - 256 : byte;
  }
  const sum = numberAt(block, 148, 8);
  if (!sums.includes(sum)) throw new Rejected("it is not a tar archive, or is damaged: a checksum is wrong.");
  const isUstar = block.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isUstar ? textAt(block, 345, 155) : "";
  const name = textAt(block, 0, 100);
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    mode: numberAt(block, 100, 8),
    uid: numberAt(block, 108, 8),
    gid: numberAt(block, 116, 8),
    size: numberAt(block, 124, 12),
    mtime: numberAt(block, 136, 12),
    type: String.fromCharCode(block[156]!),
    target: textAt(block, 157, 100),
    device: { major: numberAt(block, 329, 8), minor: numberAt(block, 337, 8) },
    block,
  };
}

/** Parses a number in octal, or in base 256 if the first bit is set. */
export function numberAt(block: Buffer, at: number, length: number): number {
  const first = block[at]!;
  if (first & 0x80) return base256At(block, at, length);
  const text = block
    .toString("latin1", at, at + length)
    .replaceAll("\0", " ")
    .trim();
  if (text === "") return 0;
  if (!/^[0-7]+$/.test(text)) throw new Rejected("it is damaged: a number in a header is invalid.");
  return Number.parseInt(text, 8);
}

function base256At(block: Buffer, at: number, length: number): number {
  const first = block[at]! & 0x7f;
  // The second bit is the sign, in two's complement.
  let value = BigInt(first & 0x40 ? first - 0x80 : first);
  for (const byte of block.subarray(at + 1, at + length)) value = value * 256n + BigInt(byte);
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Rejected("it is damaged: a number in a header is too large.");
  return number;
}

function textAt(block: Buffer, at: number, length: number): string {
  const end = block.subarray(at, at + length).indexOf(0);
  return block.toString("latin1", at, end === -1 ? at + length : at + end);
}
