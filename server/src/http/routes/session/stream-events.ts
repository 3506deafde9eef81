import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { AppError } from "../../../core/errors.ts";
import type { SessionEvent } from "../../../core/event/event.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { eventView } from "./event-view.ts";

const HEARTBEAT_MS = 15_000;

export const eventStreamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  "x-accel-buffering": "no",
} as const;

export interface EventStream {
  readonly follow: (signal: AbortSignal) => AsyncIterable<SessionEvent>;
  /** Asked at every heartbeat, so that a revoked key ends the stream. Throws or gives false when it is over. */
  readonly isStillAllowed: () => Promise<boolean>;
  readonly log: Logger;
  readonly heartbeatMs?: number;
}

/** Server-sent events (WHATWG HTML, section 9.2): `event: activity` with the event's number as its id, and heartbeats. */
export async function streamEvents(response: ServerResponse, stream: EventStream): Promise<void> {
  const gone = new AbortController();
  const end = () => gone.abort();
  response.once("close", end);
  response.writeHead(200, eventStreamHeaders);
  response.write(": connected\n\n");
  const heartbeat = setInterval(() => void beat(response, stream, end), stream.heartbeatMs ?? HEARTBEAT_MS);
  try {
    for await (const event of stream.follow(gone.signal)) {
      if (!response.write(toSse(event))) await once(response, "drain", { signal: gone.signal });
    }
  } catch (cause) {
    if (!gone.signal.aborted)
      stream.log.warn({ err: cause }, "an event stream ended early; the client will reconnect");
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}

async function beat(response: ServerResponse, stream: EventStream, end: () => void): Promise<void> {
  try {
    if (!(await stream.isStillAllowed())) end();
    // A client that does not read gets no heartbeats either: they would pile up here.
    else if (!response.writableNeedDrain) response.write("event: heartbeat\ndata: {}\n\n");
  } catch (cause) {
    // The database may be away for a moment; only a refused key ends the stream.
    if (cause instanceof AppError && cause.code === "unauthenticated") end();
  }
}

function toSse(event: SessionEvent): string {
  return `event: activity\nid: ${event.seq}\ndata: ${JSON.stringify(eventView(event))}\n\n`;
}
