import { operations, type SessionService as SessionServiceView } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import type { Ports } from "../../../core/ports.ts";
import { getVisibleSession } from "../../../core/sessions/index.ts";
import {
  getServiceLog,
  listServices,
  requireService,
  type SessionService,
} from "../../../core/turns/index.ts";
import { openStreamsOf } from "../../live/open-streams.ts";
import { logFrame, serveStream } from "../../live/serve-stream.ts";
import { route } from "../../route.ts";

/** Serves the services of sessions and their logs. */
export function serviceRoutes(app: FastifyInstance, ports: Ports): void {
  const { store } = ports;
  const streams = openStreamsOf(app);

  route(app, operations.sessionServiceList, async ({ caller, params }) => {
    const session = await getVisibleSession(store, caller, params.sessionId);
    return { items: (await listServices(ports, session)).map(serviceView) };
  });

  route(app, operations.sessionServiceLogRetrieve, async ({ caller, params, query }) => {
    const session = await getVisibleSession(store, caller, params.sessionId);
    return getServiceLog(ports, session, { name: params.serviceName, maxBytes: query.maxBytes });
  });

  route(app, operations.sessionServiceLogStream, async ({ caller, params, headers, raw }, reply) => {
    const session = await getVisibleSession(store, caller, params.sessionId);
    const service = { sessionId: session.id, name: params.serviceName };
    await requireService(ports, session, service.name);
    const afterSeq = headers["last-event-id"] ?? 0;
    return serveStream(ports, streams, [raw, reply], {
      sessionId: session.id,
      follow: (signal) => store.followServiceLog(service, afterSeq, signal),
      frame: logFrame,
    });
  });
}

function serviceView({ changedAt, startedAt, ...service }: SessionService): SessionServiceView {
  return {
    ...service,
    changedAt: changedAt?.toISOString() ?? null,
    startedAt: startedAt?.toISOString() ?? null,
  };
}
