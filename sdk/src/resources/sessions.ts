import type { RequestOptions } from "../options.ts";
import type { SessionPageQueryInput, SessionSourceQueryInput } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import type { StreamParts } from "../stream/follow-stream.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { Session, SessionMakeBody, SessionPage, SessionSource, SessionSourceList } from "../types.ts";
import { SessionById } from "./session-by-id.ts";
import { SessionEvents } from "./session-events.ts";

/** Sessions: the conversations in which agents work. */
export class SessionsResource extends SessionById {
  readonly events: SessionEvents;
  readonly sources: SessionSources;
  readonly #transport: Transport;

  constructor(parts: StreamParts) {
    super(parts);
    this.#transport = parts.transport;
    this.events = new SessionEvents(parts);
    this.sources = new SessionSources(parts.transport);
  }

  /**
   * Creates a session and starts work on its task, unless `queueRightAway` is false. With an `id`, sending the same
   * body again returns the same session.
   */
  create(body: SessionMakeBody, options?: RequestOptions): APIPromise<Session> {
    return this.#transport.json({ method: "POST", path: "/v1/sessions", body }, options);
  }

  /** Lists sessions in descending order of `sortBy`. With `search`, the best matches come first. */
  list(query?: SessionPageQueryInput | null, options?: RequestOptions): PagePromise<SessionPage> {
    return this.#transport.page({ method: "GET", path: "/v1/sessions", query: query ?? {} }, options);
  }
}

/** Sources of sessions: the API or a forge. */
export class SessionSources {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(query?: SessionSourceQueryInput | null, options?: RequestOptions): PagePromise<SessionSourceList> {
    const path = "/v1/sessions/sources";
    return this.#transport.page({ method: "GET", path, query: query ?? {} }, options);
  }

  retrieve(sourceId: string, options?: RequestOptions): APIPromise<SessionSource> {
    const path = pathOf`/v1/sessions/sources/${sourceId}`;
    return this.#transport.json({ method: "GET", path }, options);
  }
}
