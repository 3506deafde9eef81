import { operations, type SessionService as SessionServiceView } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import type { Ports } from "../../../core/ports.ts";
import { followWhileAllowed, getVisibleSession, requireAccess } from "../../../core/sessions/index.ts";
import {
  type FollowedServiceLog,
  getServiceLog,
  listServices,
  requireService,
  type SessionService,
} from "../../../core/turns/index.ts";
import { openStreamsOf } from "../../live/open-streams.ts";
import { eventStreamHeaders, streamEvents } from "../../live/stream-events.ts";
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
    if (raw.method === "HEAD") {
      await reply.headers(eventStreamHeaders).send();
      return undefined;
    }
    reply.hijack();
    streams.add(reply.raw);
    const afterSeq = headers["last-event-id"] ?? 0;
    const follow = (signal: AbortSignal) => store.followServiceLog(service, afterSeq, signal);
    await streamEvents(reply.raw, {
      follow: (signal) =>
        followWhileAllowed(store, { access: raw.caller, sessionId: session.id, follow }, signal),
      frame: logFrame,
      requireAllowed: () => requireAccess(store, raw.caller, session.id),
      log: ports.log,
      serverEnds: streams.serverEnds,
    });
    return undefined;
  });
}

function serviceView({ changedAt, startedAt, ...service }: SessionService): SessionServiceView {
  return {
    ...service,
    changedAt: changedAt?.toISOString() ?? null,
    startedAt: startedAt?.toISOString() ?? null,
  };
}

/** Returns a part of a service's log, or its end, as a server-sent event. */
function logFrame(item: FollowedServiceLog): string {
  return item.kind === "log"
    ? `event: log\nid: ${item.seq}\ndata: ${JSON.stringify({ text: item.text })}\n\n`
    : `event: end\ndata: ${JSON.stringify({ state: item.state })}\n\n`;
}
