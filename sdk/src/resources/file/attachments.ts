import type { RequestOptions } from "../../options.ts";
import { pathOf, type Transport } from "../../transport.ts";
import type { Attachment } from "../../types.ts";

/** A file or picture to upload. */
export interface AttachmentUpload {
  /** The file's name, without folders; the agent finds it under this. */
  name: string;
  content: Uint8Array<ArrayBuffer>;
  /** Pictures are known by their bytes; of other files it is only kept. */
  mediaType?: string | undefined;
}

/** Files and pictures for agents: uploaded once, then named by messages. One that no message names is deleted after a day. */
export class AttachmentsResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** At most 10 MiB. */
  create(
    { name, content, mediaType = "application/octet-stream" }: AttachmentUpload,
    options?: RequestOptions,
  ): Promise<Attachment> {
    const bytes = { content, mediaType };
    return this.#transport.json({ method: "POST", path: "/v1/attachments", query: { name }, bytes }, options);
  }

  retrieve(attachmentId: string, options?: RequestOptions): Promise<Attachment> {
    return this.#transport.json({ method: "GET", path: pathOf`/v1/attachments/${attachmentId}` }, options);
  }

  /** The bytes, as a response that is not read yet. */
  content(attachmentId: string, options: { readonly signal?: AbortSignal } = {}): Promise<Response> {
    const path = pathOf`/v1/attachments/${attachmentId}/content`;
    return this.#transport.open({ method: "GET", path }, options.signal ?? new AbortController().signal);
  }
}
