import type { SessionEvent } from "@tembo-io/sdk";
import { useEffect, useState, useSyncExternalStore } from "react";
import { tembo } from "../api/client.ts";

export type Connection = "connecting" | "live" | "lost";

/** The events of one session so far, and those that come; each once and in order, as the SDK gives them. */
class SessionFeed {
  #events: readonly SessionEvent[] = [];
  #buffer: SessionEvent[] = [];
  #connection: Connection = "connecting";
  #error: unknown = null;
  #snapshot: FeedSnapshot = { events: [], connection: "connecting", error: null };
  #isScheduled = false;
  readonly #listeners = new Set<() => void>();
  readonly #ender = new AbortController();
  readonly #sessionId: string;

  constructor(sessionId: string) {
    this.#sessionId = sessionId;
    void this.#follow();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): FeedSnapshot => this.#snapshot;

  close(): void {
    this.#ender.abort();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ender;
    try {
      for await (const event of tembo.sessions.events.stream(this.#sessionId, { after: 0, signal })) {
        this.#buffer.push(event);
        this.#connection = "live";
        this.#tell();
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#connection = "lost";
      this.#error = error;
      this.#tell();
    }
  }

  /** Events that come together are painted together. */
  #tell(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      this.#events = [...this.#events, ...this.#buffer];
      this.#buffer = [];
      this.#snapshot = { events: this.#events, connection: this.#connection, error: this.#error };
      for (const listener of this.#listeners) listener();
    });
  }
}

export interface FeedSnapshot {
  readonly events: readonly SessionEvent[];
  readonly connection: Connection;
  readonly error: unknown;
}

const nothing: FeedSnapshot = { events: [], connection: "connecting", error: null };

export function useSessionFeed(sessionId: string): FeedSnapshot {
  const [feed, setFeed] = useState<SessionFeed | null>(null);
  useEffect(() => {
    const opened = new SessionFeed(sessionId);
    setFeed(opened);
    return () => opened.close();
  }, [sessionId]);
  return useSyncExternalStore(feed?.subscribe ?? noSubscription, feed?.snapshot ?? (() => nothing));
}

const noSubscription = () => () => {};
