import { APIConnectionError, APIConnectionTimeoutError, APIError } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { SessionEvent } from "../types.ts";
import { chunksOf } from "./chunks.ts";
import { type ConnectionState, reconnect } from "./reconnect.ts";
import { readServerSentEvents } from "./sse.ts";

export interface SessionEventsOptions {
  /**
   * ID of the last event already received. Only later events are yielded. Defaults to 0, which yields all events of the
   * session.
   */
  after?: number | undefined;
  /** Ends the iteration without an error. */
  signal?: AbortSignal | undefined;
  /** Milliseconds without data after which the connection is considered lost. Defaults to 45,000. */
  heartbeatTimeout?: number | undefined;
  /**
   * Number of consecutive connections without data after which the last error is thrown. Defaults to 10, which takes
   * about 40 seconds if each connection fails immediately.
   */
  maxAttempts?: number | undefined;
  /** Called each time a connection opens, before its first event. */
  onOpen?: (() => void) | undefined;
}

interface Follow extends Omit<SessionEventsOptions, "after"> {
  /** ID of the last event that the caller received. If null, the stream starts with the next new event. */
  readonly after?: number | null | undefined;
}

export interface StreamParts {
  readonly transport: Transport;
  readonly runtime: Runtime;
}

/**
 * Yields the events of a session exactly once and in order: first the recorded events, then live ones. If a connection
 * ends or receives no data, opens a new one that resumes after the last event.
 *
 * Ends when the signal aborts or the loop exits. Throws if the server rejects the request (401, 403, 404, ...) or stays
 * unreachable.
 */
export async function* followSession(
  parts: StreamParts,
  sessionId: string,
  options: Follow = {},
): AsyncGenerator<SessionEvent, void, undefined> {
  const { signal, maxAttempts, after = 0 } = options;
  const place: Place = { lastId: after };
  yield* reconnect((state) => oneConnection(parts, { sessionId, options, place, state }), {
    runtime: parts.runtime,
    signal,
    maxAttempts,
  });
}

interface Place {
  /** ID of the last yielded event, or null if no event has been yielded and past events are not requested. */
  lastId: number | null;
}

interface Following {
  readonly sessionId: string;
  readonly options: Follow;
  readonly place: Place;
  readonly state: ConnectionState;
}

async function* oneConnection(
  { transport, runtime }: StreamParts,
  { sessionId, options, place, state }: Following,
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
      state.isAlive = true;
    });
    const events = readServerSentEvents(chunks, (ms) => {
      state.retryMs = ms;
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

/**
 * Returns a function that closes the connection if one wait for data takes longer than `timeoutMs`. The time that the
 * consumer needs does not count. Converts other failures to `APIConnectionError`.
 */
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
        throw new APIConnectionTimeoutError(`The event stream received no data for ${timeoutMs} ms.`, cause);
      if (cause instanceof APIError) throw cause;
      throw new APIConnectionError("The connection to the event stream was lost.", cause);
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
    `The event stream has the content type ${JSON.stringify(contentType)}. Check that the base URL points to a Tembo server.`,
    { headers: response.headers },
  );
}

function parseEvent(data: string): SessionEvent {
  try {
    return JSON.parse(data) as SessionEvent;
  } catch (cause) {
    throw new APIConnectionError(
      "The event stream contains an event that is not JSON. Check that the base URL points to a Tembo server.",
      cause,
    );
  }
}
