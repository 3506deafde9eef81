const signature = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

/** Returns the width and the height in pixels that a PNG states, or null if the bytes are not a PNG. */
export function readPngSize(bytes: Buffer): { readonly width: number; readonly height: number } | null {
  if (bytes.length < 24 || !bytes.subarray(0, signature.length).equals(signature)) return null;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}
