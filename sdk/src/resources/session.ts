import type { RequestOptions } from "../options.ts";
import type { EventQuery, PageQuery, SearchQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { PagePromise } from "../request/page.ts";
import { followSession, type SessionEventsOptions } from "../stream/follow-session.ts";
import type { StreamParts } from "../stream/follow-stream.ts";
import type {
  SessionCreateBody,
  SessionCreated,
  SessionEvent,
  SessionEventList,
  SessionList,
  SessionPreparation,
  SessionPrepareBody,
  SessionSearch,
} from "../types.ts";
import { SessionById } from "./session-by-id.ts";
import { SessionEvents } from "./session-events.ts";

/** Sessions, in the shape of the API's documented generation. For the v1 generation, use `sessions`. */
export class SessionResource extends SessionById {
  readonly #parts: StreamParts;
  readonly #events: SessionEvents;

  constructor(parts: StreamParts) {
    super(parts);
    this.#parts = parts;
    this.#events = new SessionEvents(parts);
  }

  /** Creates a session and starts work on its task, unless `queueRightAway` is false. */
  create(body: SessionCreateBody, options?: RequestOptions): APIPromise<SessionCreated> {
    return this.#parts.transport.json({ method: "POST", path: "/session/create", body }, options);
  }

  /**
   * Prepares the workspace and the harness of a new session while a person writes its task. Send the returned `id` as
   * `preparedId` when you create the session. The server discards prepared work that is not used within two minutes.
   */
  prepare(body: SessionPrepareBody, options?: RequestOptions): APIPromise<SessionPreparation> {
    return this.#parts.transport.json({ method: "POST", path: "/v1/sessions/prepare", body }, options);
  }

  /** Lists sessions, newest first. */
  list(query?: PageQuery | null, options?: RequestOptions): PagePromise<SessionList> {
    return this.#parts.transport.page({ method: "GET", path: "/session/list", query: query ?? {} }, options);
  }

  /** Searches titles, prompts and messages. Returns the best matches first, among the newest 200. */
  search(query: SearchQuery, options?: RequestOptions): PagePromise<SessionSearch> {
    return this.#parts.transport.page({ method: "GET", path: "/session/search", query }, options);
  }

  /** Lists the recorded events, oldest first. To follow new events, use `events`. */
  listEvents(
    sessionId: string,
    query?: EventQuery | null,
    options?: RequestOptions,
  ): PagePromise<SessionEventList> {
    return this.#events.list(sessionId, query, options);
  }

  /**
   * Yields every event of the session exactly once and in order. Continues with new events until the signal aborts or
   * the loop exits.
   */
  events(sessionId: string, options?: SessionEventsOptions): AsyncGenerator<SessionEvent, void, undefined> {
    return followSession(this.#parts, sessionId, options);
  }
}
