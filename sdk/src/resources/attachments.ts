import type { RequestOptions } from "../options.ts";
import { APIPromise } from "../request/api-promise.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { Attachment } from "../types.ts";
import { type AttachmentContent, readContent } from "./read-content.ts";

/** A file or an image to upload. */
export interface AttachmentUpload {
  /** The file name without folders, under which the agent finds the file. */
  name: string;
  /** Streams are read to the end before the upload starts, so that a failed upload can be retried. */
  content: AttachmentContent;
  /**
   * The media type. Images are recognized by their bytes; for other files the value is only stored. Defaults to the
   * type of a `Blob`.
   */
  mediaType?: string | undefined;
}

/**
 * Files and images for agents. Upload a file once, then name it in messages. A file that no message names is deleted
 * after a day.
 */
export class AttachmentsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Uploads a file of at most 10 MiB. Throws `TemboError` for a longer stream. */
  create({ name, content, mediaType }: AttachmentUpload, options?: RequestOptions): APIPromise<Attachment> {
    return new APIPromise(this.#upload(name, content, mediaType, options));
  }

  async #upload(
    name: string,
    content: AttachmentContent,
    mediaType: string | undefined,
    options: RequestOptions | undefined,
  ) {
    const ownType = content instanceof Blob && content.type !== "" ? content.type : undefined;
    const bytes = {
      content: await readContent(content),
      mediaType: mediaType ?? ownType ?? "application/octet-stream",
    };
    const request = { method: "POST", path: "/v1/attachments", query: { name }, bytes } as const;
    return this.#transport.json<Attachment>(request, options).withResponse();
  }

  /** Returns the attachment's metadata. `content` downloads the bytes. */
  retrieve(attachmentId: string, options?: RequestOptions): APIPromise<Attachment> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/attachments/${attachmentId}` }, options);
  }

  /** Downloads the attachment. Returns the response with its body unread. */
  content(attachmentId: string, options: { readonly signal?: AbortSignal } = {}): Promise<Response> {
    const path = pathOf`/v1/attachments/${attachmentId}/content`;
    return this.#transport.open({ method: "GET", path }, options.signal ?? new AbortController().signal);
  }
}
