import type { RequestOptions } from "../options.ts";
import type { ServiceLogQuery } from "../queries.ts";
import type { APIPromise } from "../request/api-promise.ts";
import { followServiceLog } from "../stream/follow-service-log.ts";
import type { StreamOptions as ServiceLogOptions, StreamParts } from "../stream/follow-stream.ts";
import { pathOf } from "../transport.ts";
import type { SessionService, SessionServiceList, SessionServiceLog } from "../types.ts";

/** Services of a session's project in the session's sandbox. */
export class SessionServices {
  readonly #parts: StreamParts;
  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  /** Lists the services in the order of their start. After the sandbox has stopped, returns their last states. */
  list(sessionId: string, options?: RequestOptions): APIPromise<SessionServiceList> {
    const path = pathOf`/v1/sessions/${sessionId}/services`;
    return this.#parts.transport.json({ method: "GET", path }, options);
  }

  /** Returns the end of a service's log. */
  log(
    sessionId: string,
    name: string,
    query?: ServiceLogQuery | null,
    options?: RequestOptions,
  ): APIPromise<SessionServiceLog> {
    const path = pathOf`/v1/sessions/${sessionId}/services/${name}/log`;
    return this.#parts.transport.json({ method: "GET", path, query: query ?? {} }, options);
  }

  /**
   * Yields the log of a service from its beginning, and then new output until the service exits or stops. Waits for a
   * service that has never started, until a turn of the session has sent its prompt or ended. Returns the final state, or
   * null if the signal aborts first. Reconnects if the connection drops.
   */
  followLog(
    sessionId: string,
    name: string,
    options?: ServiceLogOptions,
  ): AsyncGenerator<string, SessionService["state"] | null, undefined> {
    return followServiceLog(this.#parts, { sessionId, name }, options);
  }
}
