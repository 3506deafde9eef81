import type { Readable } from "node:stream";
import { pipeline, Readable as ReadableStream, type Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { Rejected } from "./rejected.ts";

const maxFrameBytes = 16 * 1024 ** 2;

/**
 * Splits the input into archives. Each archive is a sequence of frames: a length of four bytes, and that many bytes. A frame of length 0
 * ends the archive. The caller reads each archive to its end before the next one. Decompresses gzip and zstd.
 */
export async function* splitArchives(input: Readable): AsyncGenerator<AsyncIterable<Buffer>> {
  const chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let left: Buffer = Buffer.alloc(0);

  async function take(size: number): Promise<Buffer | null> {
    while (left.length < size) {
      const { done, value } = await chunks.next();
      if (done === true) {
        if (left.length > 0) throw new Rejected("it is incomplete.");
        return null;
      }
      left = left.length === 0 ? value : Buffer.concat([left, value]);
    }
    const taken = left.subarray(0, size);
    left = left.subarray(size);
    return taken;
  }

  async function* readFrames(first: Buffer): AsyncGenerator<Buffer> {
    for (let header: Buffer | null = first; ; header = await take(4)) {
      if (header === null) throw new Rejected("it is incomplete.");
      const size = header.readUInt32BE();
      if (size === 0) return;
      if (size > maxFrameBytes) throw new Error("A frame is too large.");
      const frame = await take(size);
      if (frame === null) throw new Rejected("it is incomplete.");
      yield frame;
    }
  }

  for (let first = await take(4); first !== null; first = await take(4)) yield decompress(readFrames(first));
}

async function* decompress(frames: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const { done, value } = await frames.next();
  if (done === true) return;
  const start = value;
  const whole = (async function* () {
    yield start;
    yield* frames;
  })();
  const decoder = decoderFor(start);
  if (decoder === null) {
    yield* whole;
    return;
  }
  // The decoder reports all errors, including those of the frames.
  pipeline(ReadableStream.from(whole), decoder, () => {});
  try {
    yield* decoder as AsyncIterable<Buffer>;
  } catch (cause) {
    if (cause instanceof Rejected) throw cause;
    throw new Rejected("it is damaged: it cannot be decompressed.");
  }
}

function decoderFor(start: Buffer): Transform | null {
  if (start[0] === 0x1f && start[1] === 0x8b) return createGunzip();
  if (start.length >= 4 && start.readUInt32LE() === 0xfd2fb528) return createZstdDecompress();
  return null;
}
