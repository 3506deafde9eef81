import { APIConnectionError, APIConnectionTimeoutError, APIError } from "../errors.ts";
import { decideRetry, isWorthRetrying } from "../request/decide-retry.ts";
import type { Runtime } from "../runtime.ts";
import { pathOf, type Transport } from "../transport.ts";
import type { SessionEvent } from "../types.ts";
import { chunksOf } from "./chunks.ts";
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
}

interface Follow extends Omit<SessionEventsOptions, "after"> {
  /** Null begins with the next event that happens. */
  readonly after?: number | null | undefined;
  /** Called each time that a connection stands: what happens from then on is yielded. */
  readonly onOpen?: () => void;
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
  const { signal, maxAttempts = 10, after = 0 } = options;
  const progress: Progress = { lastId: after, isAlive: false, retryMs: null };
  let fruitless = 0;
  while (!signal?.aborted) {
    progress.isAlive = false;
    let failure: APIError | null = null;
    try {
      yield* oneConnection(parts, sessionId, options, progress);
    } catch (error) {
      if (signal?.aborted) return;
      if (!(error instanceof APIError) || !isWorthRetrying(whatFailed(error))) throw error;
      failure = error;
    }
    if (progress.isAlive) fruitless = 0;
    fruitless++;
    if (fruitless >= maxAttempts && !progress.isAlive) {
      throw failure ?? new APIConnectionError("The server closes the stream of events without sending any.");
    }
    await parts.runtime.sleep(pauseBefore(fruitless, failure, progress, parts.runtime), signal);
  }
}

interface Progress {
  /** Of the last event that was yielded; null when there was none yet and none of the past is wanted. */
  lastId: number | null;
  /** Something arrived over this connection. */
  isAlive: boolean;
  /** What the stream itself asks for between two connections. */
  retryMs: number | null;
}

/** Reading a stream anew does no harm. */
function whatFailed(failure: APIError | null) {
  return { status: failure?.status, headers: failure?.headers, isRepeatable: true };
}

/** A healthy stream that ends is one the server closed on purpose: the next one is opened soon, or as it asked. */
function pauseBefore(
  fruitless: number,
  failure: APIError | null,
  progress: Progress,
  runtime: Runtime,
): number {
  if (progress.isAlive && failure === null) return Math.min(Math.max(progress.retryMs ?? 250, 100), 10_000);
  const decision = decideRetry(
    { ...whatFailed(failure), retriesDone: fruitless - 1 },
    Number.POSITIVE_INFINITY,
    { now: runtime.now(), random: runtime.random() },
  );
  if (!decision.isRetried) throw failure;
  return decision.delayMs;
}

async function* oneConnection(
  { transport, runtime }: StreamParts,
  sessionId: string,
  options: Follow,
  progress: Progress,
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
            ...(progress.lastId !== null && { "last-event-id": String(progress.lastId) }),
          },
        },
        ender.signal,
      ),
    );
    const body = bodyOf(response);
    options.onOpen?.();
    const chunks = chunksOf(body, withinHeartbeat, () => {
      progress.isAlive = true;
    });
    const events = readServerSentEvents(chunks, (ms) => {
      progress.retryMs = ms;
    });
    for await (const { type, data } of events) {
      if (type !== "activity") continue;
      const event = parseEvent(data);
      if (event.id <= (progress.lastId ?? 0)) continue;
      progress.lastId = event.id;
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
