import { maxAttachmentBytes } from "../limits.ts";
import type { Operation } from "../operation.ts";
import * as attachment from "./attachment.ts";

/** Files and images that messages name. */
export const attachmentOperations = {
  attachmentCreate: {
    method: "POST",
    path: "/v1/attachments",
    tier: "tembo",
    summary: `Upload a file or a picture, at most ${maxAttachmentBytes / 1024 ** 2} MiB, for messages to name`,
    query: attachment.attachmentCreateQuery,
    takesBytes: true,
    status: 201,
    response: attachment.attachment,
  },
  attachmentRetrieve: {
    method: "GET",
    path: "/v1/attachments/{attachmentId}",
    tier: "tembo",
    summary: "Retrieve what is known of an attachment",
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
