import { randomBytes } from "node:crypto";

/** Millisecond of the last ID, and its counter: the 12 bits after the time. */
let last = { ms: -1, counter: 0 };

/**
 * Returns a UUIDv7 (RFC 9562 section 5.7), which sorts by creation time. IDs that this process creates in the same
 * millisecond, up to 2,048, sort in the order of their creation (section 6.2, method 1).
 */
export function newId(nowMs = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  // A random start in the lower half leaves room for at least 2,048 IDs.
  const counter = nowMs === last.ms ? last.counter + 1 : bytes.readUInt16BE(6) & 0x7ff;
  last = { ms: nowMs, counter };
  bytes.writeUInt16BE((counter & 0xfff) | 0x7000, 6);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** True if the text is a UUID of any version. */
export const isId = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** Returns the time at which `newId` created the ID. */
export const timeOfId = (id: string): Date => new Date(Number.parseInt(id.replace("-", "").slice(0, 12), 16));
