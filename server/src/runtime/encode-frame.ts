/** Encodes a frame of a control channel: its length in four bytes, followed by strings that NUL bytes separate. */
export function encodeFrame(words: readonly (string | number)[]): Buffer {
  const body = Buffer.from(words.join("\0"));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}
