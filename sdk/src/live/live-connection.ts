import { TemboError } from "../errors.ts";
import { checkedNumber } from "../options.ts";
import type { StreamParts } from "../stream/follow-stream.ts";
import { type ConnectionState, reconnect } from "../stream/reconnect.ts";
import type { LiveTicket, SessionEvent } from "../types.ts";
import { LiveWire, type Subscription } from "./live-wire.ts";
import type { WebSocketLike } from "./web-socket.ts";

export interface LiveSubscription {
  sessionId: string;
  /**
   * ID of the last event already received. Only later events are yielded. Defaults to 0, which yields all events. If
   * null, starts with the next new event.
   */
  after?: number | null | undefined;
}

export interface LiveConnectOptions {
  /** Sessions to watch. An ID yields all events of the session. A subscription yields the events after its `after`. */
  sessions?: readonly (string | LiveSubscription)[] | undefined;
  /** Ends the iteration without an error. */
  signal?: AbortSignal | undefined;
  /** Milliseconds without data after which the connection is considered lost. Defaults to 45,000. */
  heartbeatTimeout?: number | undefined;
  /**
   * Number of consecutive connections without data after which the last error is thrown. Defaults to 10, which takes
   * about 40 seconds if each connection fails immediately.
   */
  maxAttempts?: number | undefined;
}

/**
 * Streams the events of many sessions over one WebSocket. Iterate over it to receive the events.
 *
 * Each session's events arrive exactly once and in order, even if the connection drops and the client reconnects. A
 * slow consumer loses no events. The connection opens when the iteration starts. It stays open until `close` is called,
 * the signal aborts, the loop exits or an error is thrown.
 *
 * The loop throws an `APIError` if the server stays unreachable or rejects a request, for example because a session
 * does not exist.
 */
export class LiveConnection implements AsyncIterable<SessionEvent> {
  readonly #wanted = new Map<string, Subscription>();
  readonly #ender = new AbortController();
  readonly #events: AsyncGenerator<SessionEvent, void, undefined>;
  #wire: LiveWire | null = null;

  constructor(
    parts: StreamParts,
    open: (path: string) => WebSocketLike,
    { sessions = [], signal, heartbeatTimeout = 45_000, maxAttempts }: LiveConnectOptions,
  ) {
    const heartbeatTimeoutMs = checkedNumber("heartbeatTimeout", heartbeatTimeout, 1);
    for (const session of sessions) this.subscribe(session);
    const watchOnce = (state: ConnectionState) => this.#watchOnce(parts, open, { heartbeatTimeoutMs, state });
    this.#events = this.#watch(
      reconnect(watchOnce, { runtime: parts.runtime, signal: this.#ender.signal, maxAttempts }),
      signal,
    );
  }

  /**
   * Watches another session. Has no effect if the session is already watched. Throws `TemboError` if the connection is
   * closed.
   */
  subscribe(session: string | LiveSubscription): void {
    if (this.#ender.signal.aborted)
      throw new TemboError("The live connection is closed. Create a new connection.");
    const { sessionId, after = 0 } = typeof session === "string" ? { sessionId: session } : session;
    if (this.#wanted.has(sessionId)) return;
    this.#wanted.set(sessionId, { sessionId, lastId: after });
    this.#wire?.update();
  }

  /** Stops watching the session and yields no more of its events. */
  unsubscribe(sessionId: string): void {
    this.#wanted.delete(sessionId);
    this.#wire?.update();
  }

  /** Closes the connection. The loop ends without an error. */
  close(): void {
    this.#ender.abort();
    this.#wire?.close();
  }

  /**
   * Returns the connection's only iterator. Concurrent loops share its events. The connection closes when a loop exits.
   */
  [Symbol.asyncIterator](): AsyncGenerator<SessionEvent, void, undefined> {
    return this.#events;
  }

  async *#watch(events: AsyncGenerator<SessionEvent, void, undefined>, signal: AbortSignal | undefined) {
    const onAbort = () => this.close();
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) onAbort();
    try {
      yield* events;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.close();
    }
  }

  async *#watchOnce(
    { transport, runtime }: StreamParts,
    open: (path: string) => WebSocketLike,
    { heartbeatTimeoutMs, state }: { readonly heartbeatTimeoutMs: number; readonly state: ConnectionState },
  ): AsyncGenerator<SessionEvent, void, undefined> {
    const { signal } = this.#ender;
    // A ticket works once, so each attempt requests a new one.
    const { ticket } = await transport.json<LiveTicket>(
      { method: "POST", path: "/v1/live" },
      { signal, maxRetries: 0 },
    );
    const wire = new LiveWire(open(`/v1/live?ticket=${encodeURIComponent(ticket)}`), {
      wanted: this.#wanted,
      runtime,
      heartbeatTimeoutMs,
      onAlive: () => {
        state.isAlive = true;
      },
    });
    this.#wire = wire;
    try {
      yield* wire.events();
    } finally {
      this.#wire = null;
      wire.close();
    }
  }
}
