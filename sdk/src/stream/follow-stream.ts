import { APIConnectionError, APIConnectionTimeoutError, APIError } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import type { Transport } from "../transport.ts";
import { chunksOf } from "./chunks.ts";
import { type ConnectionState, reconnect } from "./reconnect.ts";
import { readServerSentEvents } from "./sse.ts";

export interface StreamOptions {
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

export interface StreamParts {
  readonly transport: Transport;
  readonly runtime: Runtime;
}

interface Stream {
  readonly path: string;
  /** Type of the numbered events to yield. */
  readonly type: string;
  /** Returns the number of an event. */
  readonly numberOf: (event: StreamedEvent) => number;
  /** Type of an event without a number that ends the stream. */
  readonly endType?: string;
  /** ID of the last event that the caller received. If null, the stream starts with the next new event. */
  readonly after: number | null;
}

/** An event of a stream, with its data parsed. */
export interface StreamedEvent {
  readonly type: string;
  readonly data: unknown;
  readonly lastEventId: string;
}

/**
 * Yields the events of a stream exactly once and in order. If a connection ends or receives no data, opens a new one
 * that resumes after the last numbered event. Ends when the signal aborts or the loop exits. Throws if the server
 * rejects the request (401, 403, 404, ...) or stays unreachable.
 */
export async function* followStream(
  parts: StreamParts,
  { after, ...stream }: Stream,
  options: StreamOptions,
): AsyncGenerator<StreamedEvent, void, undefined> {
  const { signal, maxAttempts } = options;
  const place: Place = { lastId: after };
  yield* reconnect((state) => oneConnection(parts, { ...stream, options, place, state }), {
    runtime: parts.runtime,
    signal,
    maxAttempts,
  });
}

interface Place {
  /** ID of the last yielded event, or null if no event has been yielded and past events are not requested. */
  lastId: number | null;
}

interface Following extends Omit<Stream, "after"> {
  readonly options: StreamOptions;
  readonly place: Place;
  readonly state: ConnectionState;
}

async function* oneConnection(
  { transport, runtime }: StreamParts,
  { path, type: numbered, numberOf, endType, options, place, state }: Following,
): AsyncGenerator<StreamedEvent, void, undefined> {
  const ender = new AbortController();
  const onAbort = () => ender.abort(options.signal?.reason);
  options.signal?.addEventListener("abort", onAbort);
  const withinHeartbeat = createWatchdog(runtime, options.heartbeatTimeout ?? 45_000, ender);
  try {
    const response = await withinHeartbeat(() =>
      transport.open(
        {
          method: "GET",
          path,
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
    for await (const { type, data, lastEventId } of events) {
      if (type !== numbered && type !== endType) continue;
      const event = { type, data: parseData(data), lastEventId };
      if (type === numbered) {
        const id = numberOf(event);
        if (id <= (place.lastId ?? 0)) continue;
        place.lastId = id;
      }
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

function parseData(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new APIConnectionError(
      "The event stream contains an event that is not JSON. Check that the base URL points to a Tembo server.",
      cause,
    );
  }
}
