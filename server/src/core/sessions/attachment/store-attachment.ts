import { maxAttachmentBytes, maxAttachmentBytesPerOrganization } from "@tembo/contract/limits";
import { BoundedBuffer } from "../../../runtime/bounded-buffer.ts";
import { AppError, newId } from "../../base/index.ts";
import type { SessionsPorts } from "../ports.ts";
import type { Attachment } from "./attachment.ts";
import { mediaTypeOf } from "./media-type.ts";

/** Number of leading bytes that identify a picture. */
const headBytes = 16;

/**
 * Stores an upload. Throws `invalid_input` if the name is invalid or the content is empty or too large, or `conflict`
 * if the organization's attachments would exceed their limit.
 */
export async function storeAttachment(
  ports: Pick<SessionsPorts, "store" | "clock" | "blobs">,
  organizationId: string,
  upload: {
    /** ID of the user who uploads the file. */
    readonly uploadedBy: string;
    readonly name: string;
    readonly mediaType: string | null;
    readonly bytes: AsyncIterable<Uint8Array>;
  },
): Promise<Attachment> {
  const name = readName(upload.name);
  const head = new BoundedBuffer(headBytes);
  const blob = await ports.blobs.put({ organizationId, kind: "attachment" }, watch(upload.bytes, head), {
    maxBytes: maxAttachmentBytes,
  });
  let blobId: string | null = null;
  try {
    if (blob.sizeBytes === 0) {
      throw new AppError(
        "invalid_input",
        "The attachment is empty. Send the bytes of the file as the request body.",
      );
    }
    const attachment = {
      id: newId(),
      organizationId,
      sha256: blob.sha256,
      name,
      mediaType: mediaTypeOf(head.toBuffer(), upload.mediaType),
      sizeBytes: blob.sizeBytes,
      createdAt: ports.clock.now(),
    };
    blobId = await ports.store.transaction(async (tx) => {
      const total = await tx.attachments.lockOrganization(organizationId);
      if (total + attachment.sizeBytes > maxAttachmentBytesPerOrganization) {
        throw new AppError(
          "conflict",
          `The organization's attachments would exceed ${maxAttachmentBytesPerOrganization / 1024 ** 3} GiB in total. Delete sessions that have attachments, and try again after Tembo has removed the files.`,
        );
      }
      const id = (await tx.attachments.findContent(organizationId, blob.sha256)) ?? blob.id;
      await tx.attachments.insert({ ...attachment, blobId: id }, upload.uploadedBy);
      return id;
    });
    return { ...attachment, blobId };
  } finally {
    // The upload failed, or the organization already has the content.
    if (blobId !== blob.id) await ports.blobs.remove([blob.id]);
  }
}

/** Passes bytes on, and keeps the first of them. Throws `invalid_input` if there are too many. */
async function* watch(bytes: AsyncIterable<Uint8Array>, head: BoundedBuffer): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of bytes) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxAttachmentBytes) {
      throw new AppError(
        "invalid_input",
        `The attachment is larger than ${maxAttachmentBytes / 1024 ** 2} MiB. Send a smaller file.`,
      );
    }
    head.add(chunk);
    yield chunk;
  }
}

function readName(given: string): string {
  const name = given.toWellFormed().trim();
  const isFit = name.length > 0 && Buffer.byteLength(name) <= 200 && !/[/\\\u0000-\u001f\u007f]/.test(name);
  if (isFit && name !== "." && name !== "..") return name;
  throw new AppError(
    "invalid_input",
    'The "name" is not a valid file name. Use 1 to 200 bytes without slashes or control characters.',
    { field: "name" },
  );
}
