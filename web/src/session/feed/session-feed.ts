import { APIError, type SessionEvent } from "@tembo-io/sdk";
import { emptyTranscript, type Transcript } from "../transcript/draft.ts";
import { extendTranscript } from "../transcript/extend-transcript.ts";

export type Connection = "connecting" | "live" | "lost";

export interface FeedSnapshot {
  readonly events: readonly SessionEvent[];
  readonly transcript: Transcript;
  readonly connection: Connection;
  /** The final error if a retry cannot succeed, or null if there is none. */
  readonly error: unknown;
}

export interface FeedParts {
  /** If true, the feed ends when a connection ends without an error, until `resume` is called. */
  readonly endsWhenIdle?: boolean;
  /** Streams the events after `after` until the connection ends. Calls `onOpen` when the connection is open. */
  open(after: number, signal: AbortSignal, onOpen: () => void): AsyncIterable<SessionEvent>;
  /** Resolves after `ms`, or earlier if another connection attempt may succeed. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls `show` soon. Events that arrive before the call are shown together. */
  schedule(show: () => void): void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
/**
 * Maximum number of events per callback that the feed shows immediately. More events indicate that the history is
 * loading.
 */
const FLOOD = 20;
/** Maximum number of callbacks before the feed shows the received events. */
const MOST_WAITS = 30;

export const nothingYet: FeedSnapshot = {
  events: [],
  transcript: emptyTranscript(),
  connection: "connecting",
  error: null,
};

/**
 * Past and future events of one session, each exactly once and in order. Reconnects until the feed is closed or an
 * error is final.
 */
export class SessionFeed {
  #snapshot: FeedSnapshot = { ...nothingYet, transcript: emptyTranscript() };
  #buffer: SessionEvent[] = [];
  #connection: Connection = "connecting";
  #error: unknown = null;
  #lastId = 0;
  #isScheduled = false;
  #isRunning = false;
  #isResumed = false;
  readonly #listeners = new Set<() => void>();
  readonly #ender = new AbortController();
  readonly #parts: FeedParts;

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.resume();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): FeedSnapshot => this.#snapshot;

  /** Connects again when the feed has ended, and receives the events since then. */
  resume(): void {
    if (this.#error !== null || this.#ender.signal.aborted) return;
    this.#isResumed = this.#isRunning;
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#follow().finally(() => {
      this.#isRunning = false;
      if (this.#isResumed) this.resume();
    });
  }

  close(): void {
    this.#ender.abort();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ender;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        const onOpen = () => {
          pauseMs = FIRST_PAUSE_MS;
          this.#become("live");
        };
        for await (const event of this.#parts.open(this.#lastId, signal, onOpen)) this.#take(event);
        if (this.#parts.endsWhenIdle === true) return;
      } catch (error) {
        if (!signal.aborted && isFinal(error)) {
          this.#error = error;
          return this.#become("lost");
        }
      }
      if (signal.aborted) return;
      this.#become("lost");
      await this.#parts.pause(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  #take(event: SessionEvent): void {
    if (event.id <= this.#lastId) return;
    this.#lastId = event.id;
    this.#buffer.push(event);
    this.#schedule();
  }

  #become(connection: Connection): void {
    this.#connection = connection;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#parts.schedule(() => this.#showOrWait(0, 0));
  }

  /**
   * Waits while a long history loads. Showing the history in parts would take many times as long as showing it once.
   */
  #showOrWait(seen: number, waits: number): void {
    if (this.#ender.signal.aborted) return;
    const { length } = this.#buffer;
    if (length - seen > FLOOD && waits < MOST_WAITS) {
      this.#parts.schedule(() => this.#showOrWait(length, waits + 1));
      return;
    }
    this.#isScheduled = false;
    this.#show();
  }

  #show(): void {
    const { events, transcript } = this.#snapshot;
    const more = this.#buffer;
    this.#buffer = [];
    this.#snapshot = {
      events: more.length === 0 ? events : [...events, ...more],
      transcript: extendTranscript(transcript, more),
      connection: this.#connection,
      error: this.#error,
    };
    for (const listener of this.#listeners) listener();
  }
}

/**
 * Returns true if a retry cannot succeed, for example because the session does not exist or the user cannot read it.
 */
function isFinal(error: unknown): boolean {
  if (!(error instanceof APIError)) return false;
  const { status } = error;
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
}
