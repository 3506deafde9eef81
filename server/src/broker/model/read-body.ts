import type { IncomingMessage } from "node:http";
import { BoundedBuffer } from "../../runtime/bounded-buffer.ts";
import { ByteBudget } from "../../runtime/byte-budget.ts";
import type { Refusal } from "./refusal.ts";

/** Memory limits of one gateway for requests that it may have to send again. */
export interface BodyMemory {
  readonly maxRequestBytes: number;
  readonly total: ByteBudget;
}

export interface HeldBody {
  readonly bytes: Buffer;
  /** Frees the memory. Called when the request will not be sent again. Idempotent. */
  release(): void;
}

const mebibyte = 1024 * 1024;

/**
 * Creates a memory with the default limits. A request may have twice the providers' maximum of 32 MB. All requests together may use twice
 * that limit.
 */
export const createBodyMemory = (): BodyMemory => ({
  maxRequestBytes: 64 * mebibyte,
  total: new ByteBudget(128 * mebibyte),
});

/** Reads a whole body, or stops at a limit and returns the refusal. Throws if the client disconnects. */
export async function readBody(
  request: IncomingMessage,
  { maxRequestBytes, total }: BodyMemory,
): Promise<HeldBody | { readonly refusal: Refusal }> {
  const body = new BoundedBuffer(maxRequestBytes);
  const { grow, release } = total.open();
  try {
    const announced = Number(request.headers["content-length"] ?? 0);
    if (announced > maxRequestBytes) return { refusal: tooLarge(maxRequestBytes) };
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      const refusal = !body.add(chunk)
        ? tooLarge(maxRequestBytes)
        : grow(chunk.length)
          ? null
          : tooMany(total);
      if (refusal !== null) {
        release();
        return { refusal };
      }
    }
    return { bytes: body.toBuffer(), release };
  } catch (cause) {
    release();
    throw cause;
  }
}

const tooLarge = (maxRequestBytes: number): Refusal => ({
  kind: "tooLarge",
  message: `A model request can have at most ${maxRequestBytes} bytes. Send a shorter conversation or smaller files.`,
});

const tooMany = ({ maxBytes }: ByteBudget): Refusal => ({
  kind: "tooMany",
  message: `The pending model requests of this session exceed ${maxBytes} bytes in total. Send fewer at once.`,
});
