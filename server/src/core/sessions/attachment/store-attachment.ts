import { maxAttachmentBytes, maxAttachmentBytesPerOrganization } from "@tembo/contract/limits";
import { AppError, newId } from "../../base/index.ts";
import type { SessionsPorts } from "../ports.ts";
import type { Attachment } from "./attachment.ts";
import { mediaTypeOf } from "./media-type.ts";

/**
 * Stores an upload. Throws `invalid_input` if the name is invalid or the content is empty or too large, or `conflict`
 * if the organization's attachments would exceed their limit.
 */
export async function storeAttachment(
  ports: Pick<SessionsPorts, "store" | "clock" | "attachmentFiles">,
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
  const received = await ports.attachmentFiles.receive(upload.bytes, maxAttachmentBytes);
  try {
    if (received.sizeBytes === 0) {
      throw new AppError(
        "invalid_input",
        "The attachment is empty. Send the bytes of the file as the request body.",
      );
    }
    const attachment: Attachment = {
      id: newId(),
      organizationId,
      sha256: received.sha256,
      name,
      mediaType: mediaTypeOf(received.head, upload.mediaType),
      sizeBytes: received.sizeBytes,
      createdAt: ports.clock.now(),
    };
    await ports.store.transaction(async (tx) => {
      const total = await tx.attachments.lockOrganization(organizationId);
      if (total + attachment.sizeBytes > maxAttachmentBytesPerOrganization) {
        throw new AppError(
          "conflict",
          `The organization's attachments would exceed ${maxAttachmentBytesPerOrganization / 1024 ** 3} GiB in total. Delete sessions that have attachments, and try again after Tembo has removed the files.`,
        );
      }
      // Locks the content until the row exists, so that no cleanup removes the bytes in the meantime. Keeping them
      // again has no effect.
      await tx.attachments.lockContent(attachment.sha256);
      await received.keep();
      await tx.attachments.insert(attachment, upload.uploadedBy);
    });
    return attachment;
  } finally {
    await received.discard();
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
