import type { RequestOptions } from "../options.ts";
import type { EventQuery } from "../queries.ts";
import type { PagePromise } from "../request/page.ts";
import type { StreamParts } from "../stream/follow-stream.ts";
import { type SessionStreamOptions, streamSession } from "../stream/stream-session.ts";
import { pathOf } from "../transport.ts";
import type { SessionEvent, SessionEventList } from "../types.ts";

/** Numbered events of a session. */
export class SessionEvents {
  readonly #parts: StreamParts;
  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  /** Lists the recorded events, oldest first. */
  list(
    sessionId: string,
    query?: EventQuery | null,
    options?: RequestOptions,
  ): PagePromise<SessionEventList> {
    const path = pathOf`/v1/sessions/${sessionId}/events`;
    return this.#parts.transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  /**
   * Yields every event exactly once and in order: first the recorded events, then live ones. Reconnects if the
   * connection drops.
   *
   * Ends when the session is idle (see `sessions.wait`). With `follow: true`, continues until the signal aborts or the
   * loop exits. Throws an `APIError` if the server rejects the request or stays unreachable.
   */
  stream(sessionId: string, options?: SessionStreamOptions): AsyncGenerator<SessionEvent, void, undefined> {
    return streamSession(this.#parts, sessionId, options);
  }
}
