import type { IncomingMessage } from "node:http";
import type { Refusal } from "./refusal.ts";

/** What one gateway may hold of requests that could still have to be sent again. */
export interface BodyMemory {
  readonly maxRequestBytes: number;
  readonly maxTotalBytes: number;
  heldBytes: number;
}

export interface HeldBody {
  readonly bytes: Buffer;
  /** To be called once nothing will be sent again. Idempotent. */
  release(): void;
}

const mebibyte = 1024 * 1024;

/** Twice what the providers themselves accept (32 MB), and two such requests at once. */
export const createBodyMemory = (): BodyMemory => ({
  maxRequestBytes: 64 * mebibyte,
  maxTotalBytes: 128 * mebibyte,
  heldBytes: 0,
});

/** Reads a whole body within the bounds, or says why not; what comes after is discarded. Throws when the client breaks off. */
export async function readBody(
  request: IncomingMessage,
  memory: BodyMemory,
): Promise<HeldBody | { readonly refusal: Refusal }> {
  const chunks: Buffer[] = [];
  let size = 0;
  const release = () => {
    memory.heldBytes -= size;
    size = 0;
  };
  try {
    const announced = Number(request.headers["content-length"] ?? 0);
    if (announced > memory.maxRequestBytes) return { refusal: tooLarge(memory) };
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      memory.heldBytes += chunk.length;
      const refusal =
        size > memory.maxRequestBytes
          ? tooLarge(memory)
          : memory.heldBytes > memory.maxTotalBytes
            ? tooMany(memory)
            : null;
      if (refusal !== null) {
        release();
        return { refusal };
      }
      chunks.push(chunk);
    }
    return { bytes: Buffer.concat(chunks), release };
  } catch (cause) {
    release();
    throw cause;
  }
}

const tooLarge = ({ maxRequestBytes }: BodyMemory): Refusal => ({
  kind: "tooLarge",
  message: `A request to a model may hold ${maxRequestBytes} bytes at most. Send a shorter conversation or smaller files.`,
});

const tooMany = ({ maxTotalBytes }: BodyMemory): Refusal => ({
  kind: "tooMany",
  message: `The requests of this session that wait for a model may hold ${maxTotalBytes} bytes together. Send fewer at once.`,
});
