import { LiveConnection, type LiveConnectOptions } from "../live/live-connection.ts";
import type { RequestOptions } from "../options.ts";
import type { APIPromise } from "../request/api-promise.ts";
import type { StreamParts } from "../stream/follow-session.ts";
import type { LiveTicket } from "../types.ts";

/** Live connections, and tickets for those of one's own: each is good for one within 30 seconds, a WebSocket to `GET <the same path>?ticket=`. */
export class LiveResource {
  readonly #parts: StreamParts;
  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  /** Watches many sessions over one WebSocket: `for await` over what it gives. Throws `TemboError` where there is no WebSocket. */
  connect(options: LiveConnectOptions = {}): LiveConnection {
    return new LiveConnection(this.#parts, this.#parts.transport.webSockets(), options);
  }

  /** For `/v1/live`, where the events of sessions are subscribed to. */
  authorize(options?: RequestOptions): APIPromise<LiveTicket> {
    return this.#parts.transport.json({ method: "POST", path: "/v1/live" }, options);
  }

  /** For `/v1/sessions/live`, which tells that the session has changed. */
  authorizeSession(sessionId: string, options?: RequestOptions): APIPromise<LiveTicket> {
    const body = { scope: { sessionId } };
    return this.#parts.transport.json({ method: "POST", path: "/v1/sessions/live", body }, options);
  }

  /** For `/v1/messages/live`, which tells that a message of the session has changed. */
  authorizeMessages(sessionId: string, options?: RequestOptions): APIPromise<LiveTicket> {
    const body = { scope: { sessionId } };
    return this.#parts.transport.json({ method: "POST", path: "/v1/messages/live", body }, options);
  }
}
