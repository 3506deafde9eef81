import type { IncomingMessage } from "node:http";
import { type Readable, Transform } from "node:stream";
import { createGunzip } from "node:zlib";

/** Rejection of a request, with a status and a message for the client. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/**
 * Returns the request's body, decompressed if it is gzip. The stream fails with a `Refusal` if the body is not valid gzip or is longer than
 * `maxBytes`. Throws a `Refusal` for any other encoding.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Readable {
  const encoding = request.headers["content-encoding"] ?? "identity";
  const counted = limitBytes(maxBytes);
  const pass = (cause: Error) => counted.destroy(cause);
  request.once("error", pass);
  if (encoding === "identity") return request.pipe(counted);
  if (!/^(?:x-)?gzip$/.test(encoding)) throw new Refusal(415, "Only gzip compression is supported.");
  const plain = createGunzip();
  plain.once("error", () => counted.destroy(new Refusal(400, "The body is not valid gzip.")));
  counted.once("close", () => plain.destroy());
  request.pipe(plain);
  return plain.pipe(counted);
}

function limitBytes(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new Refusal(413, `The request exceeds the limit of ${maxBytes} bytes.`));
      else done(null, chunk);
    },
  });
}

/** Reads exact numbers of bytes from a stream, then returns the rest. */
export interface ByteReader {
  /** Reads the given number of bytes, or returns null if the stream ends first. */
  read(bytes: number): Promise<Buffer | null>;
  rest(): AsyncGenerator<Buffer>;
}

export function createByteReader(stream: AsyncIterable<Buffer>): ByteReader {
  const source = stream[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  return {
    async read(bytes) {
      while (held.length < bytes) {
        const next = await source.next();
        if (next.done) return null;
        held = Buffer.concat([held, next.value]);
      }
      const taken = held.subarray(0, bytes);
      held = held.subarray(bytes);
      return taken;
    },
    async *rest() {
      if (held.length > 0) yield held;
      held = Buffer.alloc(0);
      for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
    },
  };
}
