import type { Operation } from "../operation.ts";
import { sessionParams } from "../session/session.ts";
import * as service from "./service.ts";

const one = "/v1/sessions/{sessionId}/services/{serviceName}";

/** Operations for the services of a session's project in the session's sandbox. */
export const serviceOperations = {
  sessionServiceList: {
    method: "GET",
    path: "/v1/sessions/{sessionId}/services",
    tier: "tembo",
    summary: "List the services in the session's sandbox, in the order of their start",
    description:
      "Lists the services of the session's project. After the sandbox has stopped, returns their last states.",
    params: sessionParams,
    status: 200,
    response: service.sessionServiceList,
  },
  sessionServiceLogRetrieve: {
    method: "GET",
    path: `${one}/log`,
    tier: "tembo",
    summary: "Retrieve the end of a service's log",
    description: "Returns the log of the last start. It remains after the sandbox has stopped.",
    params: service.sessionServiceParams,
    query: service.sessionServiceLogQuery,
    status: 200,
    response: service.sessionServiceLog,
  },
  sessionServiceLogStream: {
    method: "GET",
    path: `${one}/log/stream`,
    tier: "tembo",
    summary: "Stream a service's log",
    description:
      "Sends the log as server-sent events from its beginning, or from `Last-Event-ID`. `log` events have a `text`. Waits for a service that has never started, until a turn of the session has sent its prompt or ended. When the service exits or stops, or if it does not start, sends an `end` event with its `state` and closes the stream.",
    params: service.sessionServiceParams,
    headers: service.sessionServiceLogHeaders,
    status: 200,
    responseType: "text/event-stream",
  },
} as const satisfies Record<string, Operation>;
