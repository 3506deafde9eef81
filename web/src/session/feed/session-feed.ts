import { APIError, type SessionEvent } from "@tembo-io/sdk";
import { emptyTranscript, type Transcript } from "../transcript/draft.ts";
import { extendTranscript } from "../transcript/extend-transcript.ts";

export type Connection = "connecting" | "live" | "lost";

export interface FeedSnapshot {
  readonly events: readonly SessionEvent[];
  readonly transcript: Transcript;
  readonly connection: Connection;
  /** Why it was given up: the server will not let anybody read on here. */
  readonly error: unknown;
}

export interface FeedParts {
  /** The events behind `after`, for as long as the connection holds; `onOpen` is called when it stands. */
  open(after: number, signal: AbortSignal, onOpen: () => void): AsyncIterable<SessionEvent>;
  /** Resolves after a while, or sooner when a connection may be had again. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls back soon; what comes until then is shown together. */
  schedule(show: () => void): void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
/** More than these between two moments to show something: a session's past pours in, and nobody could read along. */
const FLOOD = 20;
/** So often it is let pour before what has come is shown all the same. */
const MOST_WAITS = 30;

export const nothingYet: FeedSnapshot = {
  events: [],
  transcript: emptyTranscript(),
  connection: "connecting",
  error: null,
};

/** The events of one session so far and those that come, each once and in order, for ever. */
export class SessionFeed {
  #snapshot: FeedSnapshot = { ...nothingYet, transcript: emptyTranscript() };
  #buffer: SessionEvent[] = [];
  #connection: Connection = "connecting";
  #error: unknown = null;
  #lastId = 0;
  #isScheduled = false;
  readonly #listeners = new Set<() => void>();
  readonly #ender = new AbortController();
  readonly #parts: FeedParts;

  constructor(parts: FeedParts) {
    this.#parts = parts;
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
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        const onOpen = () => {
          pauseMs = FIRST_PAUSE_MS;
          this.#become("live");
        };
        for await (const event of this.#parts.open(this.#lastId, signal, onOpen)) this.#take(event);
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

  /** Showing each piece of a long past would take many times as long as showing the whole. */
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

/** Asking again would bring the same answer: the session is gone, or not for this person. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof APIError)) return false;
  const { status } = error;
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
}
