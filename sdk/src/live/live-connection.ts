import { TemboError } from "../errors.ts";
import { checkedNumber } from "../options.ts";
import type { StreamParts } from "../stream/follow-session.ts";
import { type ConnectionNews, reconnect } from "../stream/reconnect.ts";
import type { LiveTicket, SessionEvent } from "../types.ts";
import { LiveWire, type Subscription } from "./live-wire.ts";
import type { WebSocketLike } from "./web-socket.ts";

export interface LiveSubscription {
  sessionId: string;
  /** The id of the last event already seen: what follows it is yielded. 0, the default, yields all; null begins with the next that happens. */
  after?: number | null | undefined;
}

export interface LiveConnectOptions {
  /** What is watched from the beginning, by id or from an event on. */
  sessions?: readonly (string | LiveSubscription)[] | undefined;
  /** Ends the iteration, without an error. */
  signal?: AbortSignal | undefined;
  /** Milliseconds of silence after which the connection is taken for dead; 45,000 by default. */
  heartbeatTimeout?: number | undefined;
  /** How many connections in a row may bring nothing before the last error is thrown; 10 by default, about a minute. */
  maxAttempts?: number | undefined;
}

/**
 * The events of many sessions over one WebSocket: iterate over it. Those of a session come once and in order, over connections that
 * break; a consumer that is slow is waited for. It opens with the first iteration and goes on until it is closed, its signal aborts or the loop is left. The
 * loop throws an `APIError` when the server stays away or refuses, as it does for a session that is not there.
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
    const watchOnce = (news: ConnectionNews) => this.#watchOnce(parts, open, { heartbeatTimeoutMs, news });
    this.#events = this.#watch(
      reconnect(watchOnce, { runtime: parts.runtime, signal: this.#ender.signal, maxAttempts }),
      signal,
    );
  }

  /** Watches a session too. One that is watched already goes on as it is. */
  subscribe(session: string | LiveSubscription): void {
    if (this.#ender.signal.aborted) throw new TemboError("The live connection is closed: make another one.");
    const { sessionId, after = 0 } = typeof session === "string" ? { sessionId: session } : session;
    if (this.#wanted.has(sessionId)) return;
    this.#wanted.set(sessionId, { sessionId, lastId: after });
    this.#wire?.update();
  }

  /** Nothing of the session comes after this. */
  unsubscribe(sessionId: string): void {
    this.#wanted.delete(sessionId);
    this.#wire?.update();
  }

  /** Ends the loop without an error. */
  close(): void {
    this.#ender.abort();
    this.#wire?.close();
  }

  /** There is one iteration: whoever asks again goes on where it stands. */
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
    { heartbeatTimeoutMs, news }: { readonly heartbeatTimeoutMs: number; readonly news: ConnectionNews },
  ): AsyncGenerator<SessionEvent, void, undefined> {
    const { signal } = this.#ender;
    // A ticket is good once: another attempt asks for another one.
    const { ticket } = await transport.json<LiveTicket>(
      { method: "POST", path: "/v1/live" },
      { signal, maxRetries: 0 },
    );
    const wire = new LiveWire(open(`/v1/live?ticket=${encodeURIComponent(ticket)}`), {
      wanted: this.#wanted,
      runtime,
      heartbeatTimeoutMs,
      onAlive: () => {
        news.isAlive = true;
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
