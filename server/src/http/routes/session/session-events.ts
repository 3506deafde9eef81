import { Readable } from "node:stream";
import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import type { Ports } from "../../../core/ports.ts";
import { readProtocol } from "../../../core/sessions/index.ts";
import { getPathSession } from "../../admission/require-visible.ts";
import { openStreamsOf } from "../../live/open-streams.ts";
import { serveStream } from "../../live/serve-stream.ts";
import { activityFrame } from "../../live/stream-events.ts";
import { jsonText, route } from "../../route.ts";
import { encodedEventView } from "./event-view.ts";

export function sessionEventRoutes(app: FastifyInstance, ports: Ports): void {
  const streams = openStreamsOf(app);

  route(app, operations.sessionEventList, async ({ params, query, raw }, reply) => {
    const session = getPathSession({ params, raw });
    const events = await ports.store.events.listEncoded(session.id, {
      afterSeq: query.cursor ?? 0,
      limit: query.limit,
      ...(query.messageId !== undefined && {
        messageId: query.messageId === "null" ? null : query.messageId,
      }),
    });
    const last = events.at(-1);
    const isFull = last !== undefined && events.length === query.limit;
    const nextCursor = isFull ? String(last.seq) : null;
    return jsonText(
      reply,
      `{"items":[${events.map(encodedEventView).join()}],"nextCursor":${JSON.stringify(nextCursor)}}`,
    );
  });

  route(app, operations.sessionWire, async ({ params, query, raw }, reply) => {
    const session = getPathSession({ params, raw });
    reply.headers({ "content-type": "application/x-ndjson; charset=utf-8", "cache-control": "no-store" });
    const pieces = raw.method === "HEAD" ? [] : readProtocol(ports, session, query.turn ?? null);
    // Sends one chunk at a time, at the client's reading speed.
    await reply.send(Readable.from(pieces, { objectMode: false, highWaterMark: 1 }));
    return undefined;
  });

  route(app, operations.sessionEventStream, async ({ params, headers, raw }, reply) => {
    const session = getPathSession({ params, raw });
    const afterSeq = headers["last-event-id"] ?? (await ports.store.events.lastSeq(session.id));
    return serveStream(ports, streams, [raw, reply], {
      sessionId: session.id,
      follow: (signal) => ports.store.followEvents(session.id, afterSeq, signal),
      frame: activityFrame,
    });
  });
}
