import type { RequestOptions } from "../options.ts";
import type { SessionFileQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { SessionFileList, SessionFileWithContent } from "../types.ts";

/** Attachments of a session's messages, and files uploaded from its workspace. */
export class SessionFiles {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists files without their content, newest first. */
  list(
    sessionId: string,
    query?: SessionFileQuery | null,
    options?: RequestOptions,
  ): PagePromise<SessionFileList> {
    const path = pathOf`/v1/sessions/${sessionId}/files`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /** Returns a file with its content. Text is returned unchanged, and any other content as a `data:` URL. */
  retrieve(sessionId: string, fileId: string, options?: RequestOptions): APIPromise<SessionFileWithContent> {
    const path = pathOf`/v1/sessions/${sessionId}/files/${fileId}`;
    return this.#transport.json({ method: "GET", path }, options);
  }
}
