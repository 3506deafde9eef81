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
  /** Reports every change of access, and losses of the connection, until the returned function is called. */
  followAccess(follower: AccessFollower): () => void;
  close(): Promise<void>;
}

export interface Watch {
  /** Resolves when an event may have been appended, or access may have changed, since this call, or when the watch is closed. Never rejects. */
  nextChange(): Promise<void>;
  /** Stops watching. Idempotent, and does not use `this`. */
  readonly close: () => void;
}

export interface AccessFollower {
  /** Every later change will be reported. */
  readonly onListening: () => void;
  /** Changes may be missed until the next `onListening`. */
  readonly onLost: () => void;
  readonly onChange: (organizationId: string) => void;
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
  const followers = new Set<AccessFollower>();
  let isOpen = false;
  let connection: { readonly end: () => void; readonly ended: Promise<void> } | undefined;
  let lingering: NodeJS.Timeout | undefined;

  const wake = (id: string) => {
    for (const waker of wakers.get(id) ?? []) waker();
  };
  const onOpen = () => {
    isOpen = true;
    for (const id of wakers.keys()) wake(id);
    for (const { onListening } of followers) onListening();
  };
  const onLost = () => {
    isOpen = false;
    for (const follower of followers) follower.onLost();
  };
  const onNotification = ({ channel, payload = "" }: pg.Notification) => {
    wake(payload);
    if (channel === "tembo_access") for (const { onChange } of followers) onChange(payload);
  };
  const remove = (id: string, waker: () => void) => {
    const others = wakers.get(id);
    others?.delete(waker);
    if (others?.size === 0) wakers.delete(id);
  };

  const open = () => {
    const stop = new AbortController();
    // A closed connection may still report its loss after another one has opened.
    const whileCurrent = (report: () => void) => () => {
      if (!stop.signal.aborted) report();
    };
    const ended = keepListening({
      ...{ connect, log, probeEveryMs, onNotification },
      onOpen: whileCurrent(onOpen),
      onLost: whileCurrent(onLost),
      signal: stop.signal,
    });
    connection = { end: () => stop.abort(), ended };
  };
  const openOnce = () => {
    clearTimeout(lingering);
    if (connection === undefined) open();
  };
  const closeIfUnused = () => {
    if (wakers.size > 0 || followers.size > 0) return;
    clearTimeout(lingering);
    lingering = setTimeout(close, lingerMs);
  };
  const close = async () => {
    clearTimeout(lingering);
    const closing = connection;
    connection = undefined;
    closing?.end();
    onLost();
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
      openOnce();
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
          closeIfUnused();
        },
      };
    },
    followAccess(follower) {
      followers.add(follower);
      openOnce();
      if (isOpen) follower.onListening();
      return () => {
        if (followers.delete(follower)) closeIfUnused();
      };
    },
    close,
  };
}

interface Listening {
  readonly connect: () => pg.Client;
  readonly log: Logger;
  readonly probeEveryMs: number;
  readonly onOpen: () => void;
  /** Runs as soon as the connection reports that it is lost, and when it ends. */
  readonly onLost: () => void;
  readonly onNotification: (notification: pg.Notification) => void;
  readonly signal: AbortSignal;
}

async function keepListening(listening: Listening): Promise<void> {
  const { signal, log } = listening;
  let failures = 0;
  const onOpen = () => {
    failures = 0;
    listening.onOpen();
  };
  const listen = () => listenOnce({ ...listening, onOpen });
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
async function listenOnce({ connect, probeEveryMs, onOpen, onLost, onNotification, signal }: Listening) {
  const client = connect();
  const lost = Promise.withResolvers<never>();
  // Several events may report the same loss, possibly before any code awaits the promise.
  lost.promise.catch(() => undefined);
  const lose = (cause: unknown) => {
    onLost();
    lost.reject(cause);
  };
  client.on("error", lose);
  client.on("end", () => lose(new Error("Connection terminated")));
  client.on("notification", onNotification);
  const listening = client
    .connect()
    .then(() => client.query("listen tembo_access"))
    .then(() => client.query("listen tembo_events"));
  listening.catch(lost.reject);
  try {
    await resolveOnAbort(Promise.race([listening, lost.promise]), signal, undefined);
    if (signal.aborted) return;
    onOpen();
    const probe = setInterval(() => client.query(probeQuery).catch(lose), probeEveryMs);
    await resolveOnAbort(lost.promise, signal, undefined).finally(() => clearInterval(probe));
  } finally {
    onLost();
    await closeClient(client);
  }
}

const probeQuery = { text: "select 1", query_timeout: 10_000 };
