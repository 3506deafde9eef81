import { maxAttachmentBytes } from "../limits.ts";
import type { Operation } from "../operation.ts";
import * as attachment from "./attachment.ts";

export const attachmentOperations = {
  attachmentCreate: {
    method: "POST",
    path: "/v1/attachments",
    tier: "tembo",
    summary: "Upload an attachment",
    description: `Uploads a file or an image of at most ${maxAttachmentBytes / 1024 ** 2} MiB. Messages refer to it by ID.`,
    query: attachment.attachmentCreateQuery,
    takesBytes: true,
    status: 201,
    response: attachment.attachment,
  },
  attachmentRetrieve: {
    method: "GET",
    path: "/v1/attachments/{attachmentId}",
    tier: "tembo",
    summary: "Retrieve an attachment's metadata",
    params: attachment.attachmentParams,
    status: 200,
    response: attachment.attachment,
  },
  attachmentContent: {
    method: "GET",
    path: "/v1/attachments/{attachmentId}/content",
    tier: "tembo",
    summary: "Download an attachment",
    params: attachment.attachmentParams,
    status: 200,
    responseType: "*/*",
  },
} as const satisfies Record<string, Operation>;
