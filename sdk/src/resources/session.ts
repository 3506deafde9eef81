import type { RequestOptions } from "../options.ts";
import type { EventQuery, PageQuery, SearchQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { followSession, type SessionEventsOptions, type StreamParts } from "../stream/follow-session.ts";
import type {
  SessionCreateBody,
  SessionCreated,
  SessionEvent,
  SessionEventList,
  SessionList,
  SessionSearch,
} from "../types.ts";
import { SessionById } from "./session-by-id.ts";
import { SessionEvents } from "./session-events.ts";

/** Sessions as the documented generation of the API creates and lists them; `sessions` has those of the v1 generation. */
export class SessionResource extends SessionById {
  readonly #parts: StreamParts;
  readonly #events: SessionEvents;

  constructor(parts: StreamParts) {
    super(parts);
    this.#parts = parts;
    this.#events = new SessionEvents(parts);
  }

  /** Hands a task to an agent. */
  create(body: SessionCreateBody, options?: RequestOptions): APIPromise<SessionCreated> {
    return this.#parts.transport.json({ method: "POST", path: "/session/create", body }, options);
  }

  /** Newest first. */
  list(query?: PageQuery | null, options?: RequestOptions): PagePromise<SessionList> {
    return this.#parts.transport.page({ method: "GET", path: "/session/list", query: query ?? {} }, options);
  }

  /** Searches title and description. */
  search(query: SearchQuery, options?: RequestOptions): PagePromise<SessionSearch> {
    return this.#parts.transport.page({ method: "GET", path: "/session/search", query }, options);
  }

  /** The recorded events, oldest first; `events` follows them instead. */
  listEvents(
    sessionId: string,
    query?: EventQuery | null,
    options?: RequestOptions,
  ): PagePromise<SessionEventList> {
    return this.#events.list(sessionId, query, options);
  }

  /** Yields every event of the session once and in order, and goes on with new ones until the signal aborts or the loop is left. */
  events(sessionId: string, options?: SessionEventsOptions): AsyncGenerator<SessionEvent, void, undefined> {
    return followSession(this.#parts, sessionId, options);
  }
}
