import { maxAttachmentBytes } from "@tembo/contract/limits";
import { AppError, readBlob } from "../../base/index.ts";
import type { SessionsPorts } from "../ports.ts";
import type { Attachment } from "./attachment.ts";

/** Returns the bytes of an attachment. Throws `not_found` if they no longer exist. */
export async function readAttachment(
  { blobs }: Pick<SessionsPorts, "blobs">,
  { organizationId, blobId }: Pick<Attachment, "organizationId" | "blobId">,
): Promise<Buffer> {
  if (blobId === null) throw noBytes();
  try {
    return await readBlob(blobs, organizationId, { id: blobId, maxBytes: maxAttachmentBytes });
  } catch (cause) {
    throw cause instanceof AppError && cause.code === "not_found" ? noBytes(cause) : cause;
  }
}

const noBytes = (cause?: unknown) =>
  new AppError("not_found", "The file of the attachment no longer exists. Upload it again.", { cause });
