import type { RequestOptions } from "../options.ts";
import type { EventQuery } from "../queries.ts";
import type { PagePromise } from "../request/page.ts";
import type { StreamParts } from "../stream/follow-session.ts";
import { type SessionStreamOptions, streamSession } from "../stream/stream-session.ts";
import { pathOf } from "../transport.ts";
import type { SessionEvent, SessionEventList } from "../types.ts";

/** The numbered facts of a session. */
export class SessionEvents {
  readonly #parts: StreamParts;
  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  /** Those that are recorded, oldest first. */
  list(
    sessionId: string,
    query?: EventQuery | null,
    options?: RequestOptions,
  ): PagePromise<SessionEventList> {
    const path = pathOf`/v1/sessions/${sessionId}/events`;
    return this.#parts.transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /**
   * Every event once and in order, first what is recorded and then live; over connections that break. Ends when the session rests (see
   * `sessions.wait`), with `follow: true` only when the signal aborts or the loop is left. Throws an `APIError` when the server refuses
   * or stays away.
   */
  stream(sessionId: string, options?: SessionStreamOptions): AsyncGenerator<SessionEvent, void, undefined> {
    return streamSession(this.#parts, sessionId, options);
  }
}
