/** Encodes a sequence. This file implements the part of the distinguished encoding rules of ASN.1 (X.690) that certificates need. */

export function sequence(...items: readonly Buffer[]): Buffer {
  return tagged(0x30, ...items);
}

export function set(...items: readonly Buffer[]): Buffer {
  return tagged(0x31, ...items);
}

/** Encodes a value with any tag and contents. */
export function tagged(tag: number, ...items: readonly Buffer[]): Buffer {
  const content = Buffer.concat(items);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

/** Encodes the bytes as a non-negative integer, even if their first bit is set. */
export function unsignedInteger(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const kept = first === -1 ? Buffer.from([0]) : bytes.subarray(first);
  return tagged(0x02, kept[0]! >= 0x80 ? Buffer.concat([Buffer.from([0]), kept]) : kept);
}

export const booleanTrue = tagged(0x01, Buffer.from([0xff]));

export function bitString(bytes: Buffer, unusedBits = 0): Buffer {
  return tagged(0x03, Buffer.from([unusedBits]), bytes);
}

export function octetString(bytes: Buffer): Buffer {
  return tagged(0x04, bytes);
}

export function utf8String(text: string): Buffer {
  return tagged(0x0c, Buffer.from(text));
}

/** Encodes an object identifier. `dotted` has the form "2.5.4.3". */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** Encodes a time as RFC 5280 section 4.1.2.5 requires: a two-digit year until 2049, a four-digit year from 2050. */
export function time(at: Date): Buffer {
  const digits = `${at.toISOString().replaceAll(/[-:T]|\..*/g, "")}Z`;
  return at.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2)))
    : tagged(0x18, Buffer.from(digits));
}

/** Returns the elements of a constructed value, including their tags. Throws a RangeError if the input ends before the length of an element. */
export function childrenOf(der: Buffer): readonly Buffer[] {
  const { from, end } = contentOf(der, 0);
  const found: Buffer[] = [];
  for (let at = from; at < end; ) {
    const item = contentOf(der, at);
    found.push(der.subarray(at, item.end));
    at = item.end;
  }
  return found;
}

function contentOf(der: Buffer, at: number): { readonly from: number; readonly end: number } {
  const first = der.readUInt8(at + 1);
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const length = lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes);
  const from = at + 2 + lengthBytes;
  return { from, end: from + length };
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  const kept = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return Buffer.from([0x80 | kept.length, ...kept]);
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}
