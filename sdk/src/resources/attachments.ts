import type { RequestOptions } from "../options.ts";
import { APIPromise } from "../request/api-promise.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { Attachment } from "../types.ts";
import { type AttachmentContent, readContent } from "./read-content.ts";

/** A file or picture to upload. */
export interface AttachmentUpload {
  /** The file's name, without folders; the agent finds it under this. */
  name: string;
  /** Streams are read to their end before anything is sent, so that a failed upload can be repeated. */
  content: AttachmentContent;
  /** Pictures are known by their bytes; of other files it is only kept. A `Blob` has its own. */
  mediaType?: string | undefined;
}

/** Files and pictures for agents: uploaded once, then named by messages. One that no message names is deleted after a day. */
export class AttachmentsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** At most 10 MiB. Throws `TemboError` for a stream that brings more. */
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

  retrieve(attachmentId: string, options?: RequestOptions): APIPromise<Attachment> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/attachments/${attachmentId}` }, options);
  }

  /** The bytes, as a response that is not read yet. */
  content(attachmentId: string, options: { readonly signal?: AbortSignal } = {}): Promise<Response> {
    const path = pathOf`/v1/attachments/${attachmentId}/content`;
    return this.#transport.open({ method: "GET", path }, options.signal ?? new AbortController().signal);
  }
}
