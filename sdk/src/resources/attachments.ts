import type { RequestOptions } from "../options.ts";
import { APIPromise } from "../request/api-promise.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { Attachment } from "../types.ts";
import { type AttachmentContent, readContent } from "./read-content.ts";

/** A file or an image to upload. */
export interface AttachmentUpload {
  /** File name without folders. The agent finds the file by this name. */
  name: string;
  /**
   * Content of the file. The client reads a stream to its end before the upload starts, so that it can retry a failed
   * upload.
   */
  content: AttachmentContent;
  /**
   * The media type. The server detects images from their bytes. For other files, it only stores this value. Defaults to
   * the type of a `Blob`.
   */
  mediaType?: string | undefined;
}

/**
 * Files and images for agents. Upload a file once, then refer to it in messages. The server deletes a file after a day
 * if no message refers to it.
 */
export class AttachmentsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Uploads a file of at most 10 MiB. Rejects with `TemboError` if a stream is longer or the content has an unsupported
   * type.
   */
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

  /** Downloads the attachment. Returns the response without reading its body. */
  content(attachmentId: string, options: { readonly signal?: AbortSignal } = {}): Promise<Response> {
    const path = pathOf`/v1/attachments/${attachmentId}/content`;
    return this.#transport.open({ method: "GET", path }, options.signal ?? new AbortController().signal);
  }
}
