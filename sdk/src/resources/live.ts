import {
  followSessionChanges,
  type SessionChangesOptions,
  type SessionsChange,
} from "../live/follow-session-changes.ts";
import { LiveConnection, type LiveConnectOptions } from "../live/live-connection.ts";
import type { RequestOptions } from "../options.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { StreamParts } from "../stream/follow-stream.ts";
import type { LiveTicket } from "../types.ts";

/**
 * Live connections, and tickets for WebSockets that you open yourself. A ticket opens one WebSocket within 30 seconds:
 * `GET <the same path>?ticket=`.
 */
export class LiveResource {
  readonly #parts: StreamParts;
  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  /**
   * Watches many sessions over one WebSocket. Iterate over the result with `for await`. Throws `TemboError` if no
   * WebSocket is available.
   */
  connect(options: LiveConnectOptions = {}): LiveConnection {
    return new LiveConnection(this.#parts, this.#parts.transport.webSockets(), options);
  }

  /**
   * Yields when a list of sessions may have changed: a session that the API key may see was created or deleted, or an
   * item of the list changed. Also yields after each connection. Changes while your loop works are yielded as one.
   * Throws an `APIError` if the server stays unreachable, and `TemboError` if no WebSocket is available.
   */
  sessionChanges(options: SessionChangesOptions = {}): AsyncGenerator<SessionsChange, void, undefined> {
    return followSessionChanges(this.#parts, this.#parts.transport.webSockets(), options);
  }

  /** Creates a ticket for `/v1/live`, which streams events and changes of sessions. */
  authorize(options?: RequestOptions): APIPromise<LiveTicket> {
    return this.#parts.transport.json({ method: "POST", path: "/v1/live" }, options);
  }

  /** Creates a ticket for `/v1/sessions/live`, which reports changes to the session. */
  authorizeSession(sessionId: string, options?: RequestOptions): APIPromise<LiveTicket> {
    const body = { scope: { sessionId } };
    return this.#parts.transport.json({ method: "POST", path: "/v1/sessions/live", body }, options);
  }

  /** Creates a ticket for `/v1/messages/live`, which reports changes to the session's messages. */
  authorizeMessages(sessionId: string, options?: RequestOptions): APIPromise<LiveTicket> {
    const body = { scope: { sessionId } };
    return this.#parts.transport.json({ method: "POST", path: "/v1/messages/live", body }, options);
  }
}
