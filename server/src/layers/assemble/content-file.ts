import { closeSync, openSync, readSync, writeSync } from "node:fs";
import type { Segment } from "./sparse.ts";

/** Content of a regular file: its size, and the place in the content file of each part that is not a hole. */
export interface Content {
  readonly size: number;
  readonly parts: readonly (Segment & { readonly offset: number })[];
}

const bufferBytes = 1024 ** 2;

/** File that holds the content of all regular files while an archive is read. The archive is written from it in another order. */
export class ContentFile {
  readonly #descriptor: number;
  readonly #buffer = Buffer.allocUnsafe(bufferBytes);
  #buffered = 0;
  #size = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, "wx+", 0o600);
  }

  get position(): number {
    return this.#size + this.#buffered;
  }

  append(bytes: Buffer): void {
    if (this.#buffered + bytes.length > bufferBytes) this.#flush();
    if (bytes.length > bufferBytes) {
      this.#write(bytes);
      return;
    }
    bytes.copy(this.#buffer, this.#buffered);
    this.#buffered += bytes.length;
  }

  /** Passes the content of a file to `use`, with zeros for its holes. `use` must not keep the buffer. */
  read({ size, parts }: Content, use: (bytes: Buffer) => void): void {
    this.#flush();
    let at = 0;
    for (const part of parts) {
      passZeros(part.at - at, use);
      this.#pass(part.offset, part.length, use);
      at = part.at + part.length;
    }
    passZeros(size - at, use);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #pass(offset: number, length: number, use: (bytes: Buffer) => void): void {
    for (let done = 0; done < length; ) {
      const count = readSync(
        this.#descriptor,
        this.#buffer,
        0,
        Math.min(bufferBytes, length - done),
        offset + done,
      );
      if (count === 0) throw new Error("The content file is incomplete.");
      use(this.#buffer.subarray(0, count));
      done += count;
    }
  }

  #flush(): void {
    const buffered = this.#buffer.subarray(0, this.#buffered);
    this.#buffered = 0;
    if (buffered.length > 0) this.#write(buffered);
  }

  #write(bytes: Buffer): void {
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.#descriptor, bytes, done, bytes.length - done, this.#size + done);
    this.#size += bytes.length;
  }
}

const zeros = Buffer.alloc(65_536);

function passZeros(count: number, use: (bytes: Buffer) => void): void {
  for (let left = count; left > 0; left -= zeros.length) use(zeros.subarray(0, Math.min(left, zeros.length)));
}
