import { pipeline, Readable, type Transform } from "node:stream";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import type { Compression } from "../core/turns/index.ts";

/** Level 1 compresses source code to about a fifth and is faster than most disks. */
const params = { [constants.ZSTD_c_compressionLevel]: 1 };

export const zstd: Compression = {
  compress: (bytes) => through(bytes, createZstdCompress({ params })),
  decompress: (bytes) => through(bytes, createZstdDecompress()),
};

/** Errors of the source and of the transform reach the reader, and a reader that ends early closes the source. */
function through(bytes: AsyncIterable<Uint8Array>, transform: Transform): AsyncIterable<Buffer> {
  return pipeline(Readable.from(bytes), transform, () => {});
}
