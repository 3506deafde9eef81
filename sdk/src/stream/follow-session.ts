import { APIConnectionError, APIConnectionTimeoutError, APIError } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { SessionEvent } from "../types.ts";
import { chunksOf } from "./chunks.ts";
import { type ConnectionNews, reconnect } from "./reconnect.ts";
import { readServerSentEvents } from "./sse.ts";

export interface SessionEventsOptions {
  /** The id of the last event already seen: what follows it is yielded. 0, the default, yields the session's events from the first. */
  after?: number | undefined;
  /** Ends the iteration, without an error. */
  signal?: AbortSignal | undefined;
  /** Milliseconds of silence after which the connection is taken for dead; 45,000 by default. */
  heartbeatTimeout?: number | undefined;
  /** How many connections in a row may bring nothing before the last error is thrown; 10 by default, about a minute. */
  maxAttempts?: number | undefined;
  /** Called each time that a connection stands, also before any event came over it. */
  onOpen?: (() => void) | undefined;
}

interface Follow extends Omit<SessionEventsOptions, "after"> {
  /** Null begins with the next event that happens. */
  readonly after?: number | null | undefined;
}

export interface StreamParts {
  readonly transport: Transport;
  readonly runtime: Runtime;
}

/**
 * The events of a session, each once and in order, first what was recorded and then live. A connection that ends or falls
 * silent is opened anew behind the last event, so nothing is lost or doubled. Ends when the signal aborts or the
 * consumer breaks off; throws when the server refuses (401, 403, 404, ...) or stays away.
 */
export async function* followSession(
  parts: StreamParts,
  sessionId: string,
  options: Follow = {},
): AsyncGenerator<SessionEvent, void, undefined> {
  const { signal, maxAttempts, after = 0 } = options;
  const place: Place = { lastId: after };
  yield* reconnect((news) => oneConnection(parts, { sessionId, options, place, news }), {
    runtime: parts.runtime,
    signal,
    maxAttempts,
  });
}

interface Place {
  /** Of the last event that was yielded; null when there was none yet and none of the past is wanted. */
  lastId: number | null;
}

interface Following {
  readonly sessionId: string;
  readonly options: Follow;
  readonly place: Place;
  readonly news: ConnectionNews;
}

async function* oneConnection(
  { transport, runtime }: StreamParts,
  { sessionId, options, place, news }: Following,
): AsyncGenerator<SessionEvent, void, undefined> {
  const ender = new AbortController();
  const onAbort = () => ender.abort(options.signal?.reason);
  options.signal?.addEventListener("abort", onAbort);
  const withinHeartbeat = createWatchdog(runtime, options.heartbeatTimeout ?? 45_000, ender);
  try {
    const response = await withinHeartbeat(() =>
      transport.open(
        {
          method: "GET",
          path: pathOf`/v1/sessions/${sessionId}/events/stream`,
          headers: {
            accept: "text/event-stream",
            ...(place.lastId !== null && { "last-event-id": String(place.lastId) }),
          },
        },
        ender.signal,
      ),
    );
    const body = bodyOf(response);
    options.onOpen?.();
    const chunks = chunksOf(body, withinHeartbeat, () => {
      news.isAlive = true;
    });
    const events = readServerSentEvents(chunks, (ms) => {
      news.retryMs = ms;
    });
    for await (const { type, data } of events) {
      if (type !== "activity") continue;
      const event = parseEvent(data);
      if (event.id <= (place.lastId ?? 0)) continue;
      place.lastId = event.id;
      yield event;
      if (options.signal?.aborted) return;
    }
  } finally {
    options.signal?.removeEventListener("abort", onAbort);
    ender.abort();
  }
}

type Watched = <T>(work: () => Promise<T>) => Promise<T>;

/** Ends the connection when one wait takes longer than `timeoutMs`. Only waiting counts: a slow consumer is no silence. */
function createWatchdog(runtime: Runtime, timeoutMs: number, ender: AbortController): Watched {
  return async (work) => {
    let isSilent = false;
    const cancel = runtime.after(timeoutMs, () => {
      isSilent = true;
      ender.abort();
    });
    try {
      return await work();
    } catch (cause) {
      if (isSilent)
        throw new APIConnectionTimeoutError(`The stream of events was silent for ${timeoutMs} ms.`, cause);
      if (cause instanceof APIError) throw cause;
      throw new APIConnectionError("The stream of events broke off.", cause);
    } finally {
      cancel();
    }
  };
}

function bodyOf(response: Response): ReadableStream<Uint8Array> {
  const contentType = response.headers.get("content-type") ?? "";
  if (response.body !== null && contentType.startsWith("text/event-stream")) return response.body;
  throw new APIError(
    response.status,
    undefined,
    `The stream of events came as ${JSON.stringify(contentType)}: the base URL seems to lead to something other than Tembo.`,
    { headers: response.headers },
  );
}

function parseEvent(data: string): SessionEvent {
  try {
    return JSON.parse(data) as SessionEvent;
  } catch (cause) {
    throw new APIConnectionError("The stream of events holds an event that is no JSON.", cause);
  }
}
