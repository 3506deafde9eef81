import type { RequestOptions } from "../../options.ts";
import type { APIPromise } from "../../request/api-promise.ts";
import type { Transport } from "../../transport.ts";
import type { LiveTicket } from "../../types.ts";

/** Tickets for live connections, each good for one within 30 seconds: a WebSocket to `GET <the same path>?ticket=`. */
export class LiveResource {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** For `/v1/live`, where the events of sessions are subscribed to. */
  authorize(options?: RequestOptions): APIPromise<LiveTicket> {
    return this.#transport.json({ method: "POST", path: "/v1/live" }, options);
  }

  /** For `/v1/sessions/live`, which tells that the session has changed. */
  authorizeSession(sessionId: string, options?: RequestOptions): APIPromise<LiveTicket> {
    const body = { scope: { sessionId } };
    return this.#transport.json({ method: "POST", path: "/v1/sessions/live", body }, options);
  }

  /** For `/v1/messages/live`, which tells that a message of the session has changed. */
  authorizeMessages(sessionId: string, options?: RequestOptions): APIPromise<LiveTicket> {
    const body = { scope: { sessionId } };
    return this.#transport.json({ method: "POST", path: "/v1/messages/live", body }, options);
  }
}
