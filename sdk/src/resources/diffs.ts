import type { RequestOptions } from "../options.ts";
import type { DiffQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { SessionDiffList, SessionDiffWithData, SessionPatch } from "../types.ts";

/** Changes made by a session. */
export class SessionDiffs {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Lists the diffs, one per repository, without the patches. */
  list(sessionId: string, query?: DiffQuery | null, options?: RequestOptions): PagePromise<SessionDiffList> {
    const path = pathOf`/v1/sessions/${sessionId}/diffs`;
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /** Returns a diff with its patch in `data`. */
  retrieve(sessionId: string, diffId: string, options?: RequestOptions): APIPromise<SessionDiffWithData> {
    const path = pathOf`/v1/sessions/${sessionId}/diffs/${diffId}`;
    return this.#transport.json({ method: "GET", path }, options);
  }

  /** Returns a diff's patch, and whether the patch contains the complete change. */
  patch(sessionId: string, diffId: string, options?: RequestOptions): APIPromise<SessionPatch> {
    const path = pathOf`/v1/sessions/${sessionId}/diffs/${diffId}/patch`;
    return this.#transport.json({ method: "GET", path }, options);
  }
}
