/**
 * Returns a buffer with capacity for at least `size` bytes that starts with the given bytes. The capacity doubles, so
 * that many small chunks copy each byte only a few times.
 */
export function growBuffer(bytes: Buffer, size: number, maxBytes: number): Buffer {
  if (size <= bytes.length) return bytes;
  const grown = Buffer.allocUnsafe(Math.min(Math.max(size, 2 * bytes.length), maxBytes));
  bytes.copy(grown);
  return grown;
}
