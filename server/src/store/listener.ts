import type pg from "pg";
import { type Logger, reason } from "../core/base/index.ts";
import { backoffMs } from "../runtime/backoff.ts";
import { resolveOnAbort } from "../runtime/on-abort.ts";
import { retry } from "../runtime/retry.ts";
import { closeClient } from "./close-client.ts";
import { reconnectBackoff } from "./lost-connection.ts";

/** Notifies watchers of changed objects, such as sessions with new events, over one shared connection. */
export interface Listener {
  /** Watches objects by ID, such as a session or an organization. */
  watch(...ids: readonly string[]): Watch;
  close(): Promise<void>;
}

export interface Watch {
  /** Resolves when an event may have been appended, or access may have changed, since this call, or when the watch is closed. Never rejects. */
  nextChange(): Promise<void>;
  /** Stops watching. Idempotent, and does not use `this`. */
  readonly close: () => void;
}

export interface ListenerOptions {
  /** Creates a client that is not connected yet. */
  readonly connect: () => pg.Client;
  readonly log: Logger;
  /** Time for which the connection stays open after the last watcher has closed. */
  readonly lingerMs?: number;
  /** Interval between probes, which detect a server that died without closing the connection. */
  readonly probeEveryMs?: number;
}

/**
 * Creates the listener. Its connection opens with the first watcher, and closes after the last watcher. While there are
 * watchers, the listener reopens a lost connection and wakes all watchers, so that they read the events appended in the
 * meantime.
 */
export function createListener(options: ListenerOptions): Listener {
  const { connect, log, lingerMs = 1000, probeEveryMs = 15_000 } = options;
  const wakers = new Map<string, Set<() => void>>();
  let connection: { readonly end: () => void; readonly ended: Promise<void> } | undefined;
  let lingering: NodeJS.Timeout | undefined;

  const wake = (id: string) => {
    for (const waker of wakers.get(id) ?? []) waker();
  };
  const wakeAll = () => {
    for (const id of wakers.keys()) wake(id);
  };
  const remove = (id: string, waker: () => void) => {
    const others = wakers.get(id);
    others?.delete(waker);
    if (others?.size === 0) wakers.delete(id);
  };

  const open = () => {
    const stop = new AbortController();
    const ended = keepListening({ connect, log, probeEveryMs, wake, wakeAll, signal: stop.signal });
    connection = { end: () => stop.abort(), ended };
  };
  const close = async () => {
    clearTimeout(lingering);
    const closing = connection;
    connection = undefined;
    closing?.end();
    await closing?.ended;
  };

  return {
    watch(...ids) {
      let pending: PromiseWithResolvers<void> | undefined;
      let isClosed = false;
      const waker = () => {
        pending?.resolve();
        pending = undefined;
      };
      for (const id of ids) wakers.set(id, (wakers.get(id) ?? new Set()).add(waker));
      clearTimeout(lingering);
      if (connection === undefined) open();
      return {
        nextChange() {
          pending ??= Promise.withResolvers<void>();
          return pending.promise;
        },
        close: () => {
          waker();
          if (isClosed) return;
          isClosed = true;
          for (const id of ids) remove(id, waker);
          if (wakers.size > 0) return;
          clearTimeout(lingering);
          lingering = setTimeout(close, lingerMs);
        },
      };
    },
    close,
  };
}

interface Listening {
  readonly connect: () => pg.Client;
  readonly log: Logger;
  readonly probeEveryMs: number;
  readonly wake: (id: string) => void;
  readonly wakeAll: () => void;
  readonly signal: AbortSignal;
}

async function keepListening(listening: Listening): Promise<void> {
  const { signal, log } = listening;
  let failures = 0;
  const listen = () =>
    listenOnce(listening, () => {
      failures = 0;
    });
  const afterError = (error: unknown) => {
    failures += 1;
    const pauseMs = backoffMs(reconnectBackoff, failures);
    log.warn({ reason: reason(error), pauseMs }, "event connection lost; reconnecting");
    return pauseMs;
  };
  await retry(listen, { signal, afterError }).catch((cause) => {
    if (!signal.aborted) throw cause;
  });
}

/** Listens on one connection. Throws when it is lost, and returns when the signal aborts. */
async function listenOnce({ connect, probeEveryMs, wake, wakeAll, signal }: Listening, onOpen: () => void) {
  const client = connect();
  const lost = Promise.withResolvers<never>();
  // Several events may report the same loss, possibly before any code awaits the promise.
  lost.promise.catch(() => undefined);
  client.on("error", lost.reject);
  client.on("end", () => lost.reject(new Error("Connection terminated")));
  client.on("notification", ({ payload }) => wake(payload ?? ""));
  const listening = client
    .connect()
    .then(() => client.query("listen tembo_access"))
    .then(() => client.query("listen tembo_events"));
  listening.catch(lost.reject);
  try {
    await resolveOnAbort(Promise.race([listening, lost.promise]), signal, undefined);
    if (signal.aborted) return;
    onOpen();
    wakeAll();
    const probe = setInterval(() => client.query(probeQuery).catch(lost.reject), probeEveryMs);
    await resolveOnAbort(lost.promise, signal, undefined).finally(() => clearInterval(probe));
  } finally {
    await closeClient(client);
  }
}

const probeQuery = { text: "select 1", query_timeout: 10_000 };
