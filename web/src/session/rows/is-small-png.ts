/** A browser needs four bytes for each pixel. A file of a few bytes can describe a picture of gigabytes. */
const MAX_PIXELS = 32_000_000;
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Returns true if the bytes are a PNG that a browser can draw without much memory. */
export const isSmallPng = (bytes: Uint8Array): boolean => pngSize(bytes) === "small";

/** Returns the size of a PNG by the memory that a browser needs to draw it, or null for other files. */
export function pngSize(bytes: Uint8Array): "small" | "large" | null {
  if (bytes.length < 24 || signature.some((byte, index) => bytes[index] !== byte)) return null;
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  return header.getUint32(16) * header.getUint32(20) <= MAX_PIXELS ? "small" : "large";
}
