/**
 * Flush packet of git's protocol (gitprotocol-common(5)). Every other line consists of four hex digits for its length, including these
 * digits, and the payload.
 */
export const flush = Buffer.from("0000");

/** Encodes a line. `payload` must have at most 65516 bytes. A string contains one byte per character (Latin-1). */
export function pktLine(payload: string | Buffer): Buffer {
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(payload, "latin1");
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, "0")), bytes]);
}

/**
 * Returns the length in a line's first four bytes, or null if they are not hex digits. 0 is a flush packet. 1, 2 and 3 are also special
 * packets without a payload.
 */
export function pktLength(header: Buffer): number | null {
  const text = header.toString("latin1");
  return /^[0-9a-f]{4}$/i.test(text) ? Number.parseInt(text, 16) : null;
}
