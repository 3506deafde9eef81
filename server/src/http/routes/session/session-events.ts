import { Readable } from "node:stream";
import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import type { Ports } from "../../../core/ports.ts";
import { getSession, readProtocol } from "../../../core/sessions/index.ts";
import { openStreamsOf } from "../../live/open-streams.ts";
import { serveStream } from "../../live/serve-stream.ts";
import { activityFrame } from "../../live/stream-events.ts";
import { route } from "../../route.ts";
import { eventView } from "./event-view.ts";

export function sessionEventRoutes(app: FastifyInstance, ports: Ports): void {
  const streams = openStreamsOf(app);

  route(app, operations.sessionEventList, async ({ organizationId, params, query }) => {
    const session = await getSession(ports.store, organizationId, params.sessionId);
    const events = await ports.store.events.list(session.id, {
      afterSeq: query.cursor ?? 0,
      limit: query.limit,
      ...(query.messageId !== undefined && {
        messageId: query.messageId === "null" ? null : query.messageId,
      }),
    });
    const last = events.at(-1);
    const isFull = last !== undefined && events.length === query.limit;
    return { items: events.map(eventView), nextCursor: isFull ? String(last.seq) : null };
  });

  route(app, operations.sessionWire, async ({ organizationId, params, query, raw }, reply) => {
    const session = await getSession(ports.store, organizationId, params.sessionId);
    reply.headers({ "content-type": "application/x-ndjson; charset=utf-8", "cache-control": "no-store" });
    const pieces = raw.method === "HEAD" ? [] : readProtocol(ports, session, query.turn ?? null);
    // Sends one chunk at a time, at the client's reading speed.
    await reply.send(Readable.from(pieces, { objectMode: false, highWaterMark: 1 }));
    return undefined;
  });

  route(app, operations.sessionEventStream, async ({ organizationId, params, headers, raw }, reply) => {
    const session = await getSession(ports.store, organizationId, params.sessionId);
    const afterSeq = headers["last-event-id"] ?? (await ports.store.events.lastSeq(session.id));
    return serveStream(ports, streams, [raw, reply], {
      sessionId: session.id,
      follow: (signal) => ports.store.followEvents(session.id, afterSeq, signal),
      frame: activityFrame,
    });
  });
}
