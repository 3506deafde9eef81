import { readBounded } from "../../../runtime/read-bounded.ts";
import { AppError } from "../errors.ts";
import type { BlobKind, Blobs } from "./blobs.ts";

/** Bytes that belong to a row: in the row itself, or in a blob if they are large. */
export type RowBytes =
  | { readonly bytes: Buffer; readonly blobId: null }
  | { readonly bytes: null; readonly blobId: string };

/** Maximum number of bytes that a row contains itself. */
export const maxBytesInRow = 256 * 1024;

/** Prepares bytes for a row. Stores large bytes as a blob. */
export async function storeRowBytes(
  blobs: Pick<Blobs, "put">,
  owner: { readonly organizationId: string; readonly kind: BlobKind },
  bytes: Buffer,
): Promise<RowBytes> {
  if (bytes.length <= maxBytesInRow) return { bytes, blobId: null };
  const { id } = await blobs.put(owner, inOnePiece(bytes), { maxBytes: bytes.length });
  return { bytes: null, blobId: id };
}

/** Returns the bytes of a row, wherever they are. */
export async function loadRowBytes(
  blobs: Pick<Blobs, "get">,
  organizationId: string,
  stored: RowBytes,
  maxBytes: number,
): Promise<Buffer> {
  return stored.bytes ?? (await readBlob(blobs, organizationId, { id: stored.blobId, maxBytes }));
}

/** Reads a whole blob. Throws the errors of `Blobs.get`, or `internal` if the blob is larger than `maxBytes`. */
export function readBlob(
  blobs: Pick<Blobs, "get">,
  organizationId: string,
  { id, maxBytes }: { readonly id: string; readonly maxBytes: number },
): Promise<Buffer> {
  return readBounded(
    blobs.get(organizationId, id),
    maxBytes,
    () => new AppError("internal", `Blob ${id} has more than ${maxBytes} bytes.`),
  );
}

async function* inOnePiece(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
