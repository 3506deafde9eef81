import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { Logger } from "../../core/base/index.ts";
import type { Outbound } from "../../outbound/outbound.ts";
import { Semaphore } from "../../runtime/semaphore.ts";
import { type BlobStore, noSuchObject, placeOf, requireKey, type StoredObject } from "../blob-store.ts";
import { cut } from "../cut.ts";
import { connectS3, type S3Limits, type S3Options } from "./s3-client.ts";
import { explainS3Error, statusOf } from "./s3-errors.ts";

/** Size of the parts of an upload. A store accepts at most 10,000 parts, so an object can have 156 GiB. */
const partBytes = 16 * 1024 ** 2;
const maxParallelDeletions = 8;
/** Maximum number of consecutive connections of a read that break before they deliver `leastProgressBytes`. */
const maxIdleResumes = 3;
const leastProgressBytes = 1024 ** 2;

export interface S3BlobStore extends BlobStore {
  /** Closes the connections. */
  close(): void;
}

/**
 * Stores objects in a bucket. Uses only unconditional requests and multipart uploads, so that it works with every S3
 * store.
 */
export function createS3BlobStore(
  options: S3Options,
  {
    outbound,
    log,
    limits,
  }: { readonly outbound: Outbound; readonly log: Logger; readonly limits?: Partial<S3Limits> },
): S3BlobStore {
  const { client, close } = connectS3(options, outbound, limits);
  return new S3Store({ client, options, log, close });
}

interface Parts {
  readonly client: S3Client;
  readonly options: S3Options;
  readonly log: Logger;
  close(): void;
}

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

class S3Store implements S3BlobStore {
  readonly #client: S3Client;
  readonly #options: S3Options;
  readonly #log: Logger;
  /** Prefix of all keys, with a slash at its end unless it is empty. */
  readonly #prefix: string;
  readonly close: () => void;

  constructor({ client, options, log, close }: Parts) {
    this.#client = client;
    this.#options = options;
    this.#log = log;
    this.#prefix = options.prefix === "" ? "" : `${options.prefix}/`;
    this.close = close;
  }

  async put(key: string, bytes: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
    const place = this.#place(key);
    const pieces = cut(bytes, () => partBytes);
    try {
      const first = await pieces.next();
      const second = first.done === true ? first : await pieces.next();
      signal?.throwIfAborted();
      if (first.done === true || second.done === true)
        await this.#putWhole(place, first.value ?? Buffer.alloc(0), signal);
      else await this.#putParts(place, joined([first.value, second.value], pieces), signal);
    } finally {
      // Closes the source after a failure.
      await pieces.return(undefined);
    }
  }

  async #putWhole(place: Place, bytes: Buffer, signal: AbortSignal | undefined): Promise<void> {
    const command = new PutObjectCommand({ ...place, Body: bytes });
    try {
      await this.#explain(() => this.#client.send(command, until(signal)), signal);
    } catch (cause) {
      await this.#discard(place, null);
      throw cause;
    }
  }

  async #putParts(
    place: Place,
    parts: AsyncIterable<Buffer>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const create = new CreateMultipartUploadCommand(place);
    const { UploadId = "" } = await this.#explain(() => this.#client.send(create, until(signal)), signal);
    try {
      const sent: { readonly PartNumber: number; readonly ETag: string | undefined }[] = [];
      for await (const Body of parts) {
        const part = new UploadPartCommand({ ...place, UploadId, PartNumber: sent.length + 1, Body });
        const { ETag } = await this.#explain(() => this.#client.send(part, until(signal)), signal);
        sent.push({ PartNumber: sent.length + 1, ETag });
      }
      signal?.throwIfAborted();
      const end = new CompleteMultipartUploadCommand({
        ...place,
        UploadId,
        MultipartUpload: { Parts: sent },
      });
      await this.#explain(() => this.#client.send(end, until(signal)), signal);
    } catch (cause) {
      await this.#discard(place, UploadId);
      throw cause;
    }
  }

  /** Removes the rest of a failed upload. If this fails too, the daily sweep removes it. */
  async #discard(place: Place, uploadId: string | null): Promise<void> {
    try {
      if (uploadId !== null)
        await this.#client.send(new AbortMultipartUploadCommand({ ...place, UploadId: uploadId }));
      await this.#client.send(new DeleteObjectCommand(place));
    } catch (cause) {
      // After a completed upload whose response was lost, there is no upload to abort.
      this.#log.warn({ err: cause, key: place.Key }, "the rest of a failed upload could not be removed");
    }
  }

  async *get(
    key: string,
    { from = 0, signal }: { readonly from?: number; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<Uint8Array> {
    let offset = from;
    let end = Number.POSITIVE_INFINITY;
    let idleResumes = 0;
    while (offset < end) {
      const start = offset;
      const { Body, ContentLength = 0 } = await this.#open(key, start, signal);
      end = start + ContentLength;
      try {
        for await (const chunk of Body as AsyncIterable<Uint8Array>) {
          offset += chunk.byteLength;
          yield chunk;
        }
      } catch (cause) {
        signal?.throwIfAborted();
        // The connection broke or was silent for too long. Continues at the first missing byte.
        idleResumes = offset - start < leastProgressBytes ? idleResumes + 1 : 0;
        if (idleResumes > maxIdleResumes) throw explainS3Error(cause, this.#options);
      }
    }
  }

  #open(key: string, offset: number, signal: AbortSignal | undefined): Promise<GetObjectCommandOutput> {
    const range = offset > 0 ? { Range: `bytes=${offset}-` } : {};
    const command = new GetObjectCommand({ ...this.#place(key), ...range });
    return this.#explain(async () => {
      try {
        return await this.#client.send(command, until(signal));
      } catch (cause) {
        throw cause instanceof Error && cause.name === "NoSuchKey" ? noSuchObject(key, cause) : cause;
      }
    }, signal);
  }

  head(key: string): Promise<StoredObject | null> {
    const command = new HeadObjectCommand(this.#place(key));
    return this.#explain(async () => {
      try {
        const { ContentLength = 0, LastModified = new Date(0) } = await this.#client.send(command);
        return { key, sizeBytes: ContentLength, storedAt: LastModified };
      } catch (cause) {
        if (statusOf(cause) === 404) return null;
        throw cause;
      }
    });
  }

  async delete(keys: readonly string[]): Promise<void> {
    // Sends a request for each key, because stores disagree on the checksum of a request with many keys.
    const commands = keys.map((key) => new DeleteObjectCommand(this.#place(key)));
    const permits = new Semaphore(maxParallelDeletions);
    const settled = await Promise.allSettled(
      commands.map((command) => permits.run(() => this.#client.send(command))),
    );
    for (const one of settled) if (one.status === "rejected") throw explainS3Error(one.reason, this.#options);
  }

  async *list(): AsyncGenerator<readonly StoredObject[]> {
    let ContinuationToken: string | undefined;
    do {
      const command = new ListObjectsV2Command({ ...this.#everything(), ContinuationToken });
      const page = await this.#explain(() => this.#client.send(command));
      yield (page.Contents ?? []).flatMap(({ Key = "", Size = 0, LastModified }) => {
        const key = Key.slice(this.#prefix.length);
        const isBlob = placeOf(key) !== null && LastModified !== undefined;
        return isBlob ? [{ key, sizeBytes: Size, storedAt: LastModified }] : [];
      });
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }

  async removeIncomplete(before: Date): Promise<number> {
    let count = 0;
    let markers = {};
    for (;;) {
      const command = new ListMultipartUploadsCommand({ ...this.#everything(), ...markers });
      const page = await this.#explain(() => this.#client.send(command));
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        if (Initiated === undefined || Initiated >= before) continue;
        const abort = new AbortMultipartUploadCommand({ Bucket: this.#options.bucket, Key, UploadId });
        await this.#explain(() => this.#client.send(abort));
        count += 1;
      }
      if (page.IsTruncated !== true) return count;
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
  }

  #place(key: string): Place {
    requireKey(key);
    return { Bucket: this.#options.bucket, Key: `${this.#prefix}${key}` };
  }

  #everything() {
    return { Bucket: this.#options.bucket, Prefix: `${this.#prefix}o/` };
  }

  async #explain<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      signal?.throwIfAborted();
      throw explainS3Error(cause, this.#options);
    }
  }
}

const until = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { abortSignal: signal });

async function* joined(first: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  yield* rest;
}
