import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Logger } from "../../core/base/index.ts";
import { isAccessRefusal, type SessionEvent } from "../../core/sessions/index.ts";
import { onAbort } from "../../runtime/on-abort.ts";
import { eventJson } from "./event-json.ts";
import { pumpEvents, StalledWatcher } from "./pump-events.ts";

const HEARTBEAT_MS = 15_000;
/** Time limit for a stalled reader to receive the error. */
const GOODBYE_MS = 5_000;

export const eventStreamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  "x-accel-buffering": "no",
} as const;

export interface EventStream<Item> {
  readonly follow: (signal: AbortSignal) => AsyncIterable<Item>;
  /** Returns the text of one server-sent event, with the empty line at its end. */
  readonly frame: (item: Item) => string;
  /**
   * Called at every heartbeat, because a key may expire without a change event. Throws `unauthenticated` or `not_found` if the client has
   * lost access.
   */
  readonly requireAllowed: () => Promise<void>;
  readonly log: Logger;
  /** Signal that aborts when the server shuts down. The stream then ends after its last event. */
  readonly serverEnds?: AbortSignal;
  readonly heartbeatMs?: number;
  readonly stallMs?: number;
}

/**
 * Streams server-sent events (WHATWG HTML, section 9.2) and heartbeats. Sends an `event: error`
 * to a client that reads nothing for half a minute, and then disconnects the client. Ends the stream if the client loses access. At shutdown, sends a
 * comment that announces the end, and a `retry` field with which the client reconnects after a second.
 */
export async function streamEvents<Item>(response: ServerResponse, stream: EventStream<Item>): Promise<void> {
  const gone = new AbortController();
  const end = () => gone.abort();
  response.once("close", end);
  const { serverEnds } = stream;
  using _ = serverEnds && onAbort(serverEnds, end);
  response.writeHead(200, eventStreamHeaders);
  response.write(": connected\n\n");
  const heartbeat = setInterval(() => void beat(response, stream, end), stream.heartbeatMs ?? HEARTBEAT_MS);
  try {
    const watcher = {
      send: (item: Item) => response.write(stream.frame(item)),
      drained: (signal: AbortSignal) => once(response, "drain", { signal }),
    };
    await pumpEvents(stream.follow, watcher, { signal: gone.signal, stallMs: stream.stallMs });
  } catch (cause) {
    if (cause instanceof StalledWatcher) leave(response, cause);
    else if (!gone.signal.aborted && !isAccessRefusal(cause))
      stream.log.warn({ err: cause }, "an event stream ended early; the client will reconnect");
  } finally {
    clearInterval(heartbeat);
    response.end(serverEnds?.aborted === true ? goodbye : undefined);
  }
}

const goodbye = ": the server is shutting down; reconnect\nretry: 1000\n\n";

function leave(response: ServerResponse, { message }: StalledWatcher): void {
  response.write(`event: error\ndata: ${JSON.stringify({ error: message })}\n\n`);
  const cut = setTimeout(() => response.destroy(), GOODBYE_MS);
  response.once("close", () => clearTimeout(cut));
}

async function beat(
  response: ServerResponse,
  stream: Pick<EventStream<never>, "requireAllowed">,
  end: () => void,
): Promise<void> {
  try {
    await stream.requireAllowed();
    // Sends no heartbeats to a client that does not read, because they would accumulate in the buffer.
    if (!response.writableNeedDrain) response.write("event: heartbeat\ndata: {}\n\n");
  } catch (cause) {
    // The database may be temporarily unavailable. Only a loss of access ends the stream.
    if (isAccessRefusal(cause)) end();
  }
}

/** Returns a session event as `event: activity`, with its number as the ID. */
export const activityFrame = (event: SessionEvent) =>
  `event: activity\nid: ${event.seq}\ndata: ${eventJson(event)}\n\n`;
