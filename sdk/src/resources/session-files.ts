import type { RequestOptions } from "../options.ts";
import type { SessionFileQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { SessionFileList, SessionFileWithContent } from "../types.ts";

/** What went with a session's messages, and what was uploaded from its workspace. */
export class SessionFiles {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Newest first, without their content. */
  list(
    sessionId: string,
    query?: SessionFileQuery | null,
    options?: RequestOptions,
  ): PagePromise<SessionFileList> {
    const path = pathOf`/v1/sessions/${sessionId}/files`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /** One with its content: a text as it is, anything else as a `data:` URL. */
  retrieve(sessionId: string, fileId: string, options?: RequestOptions): APIPromise<SessionFileWithContent> {
    const path = pathOf`/v1/sessions/${sessionId}/files/${fileId}`;
    return this.#transport.json({ method: "GET", path }, options);
  }
}
