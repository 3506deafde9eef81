import type { Runtime } from "../runtime.ts";
import type { SessionEvent } from "../types.ts";
import { FrameSocket } from "./frame-socket.ts";
import { errorOfFrame, type LiveFrame } from "./live-frame.ts";
import type { WebSocketLike } from "./web-socket.ts";

/** A watched session. The subscription persists across connections. */
export interface Subscription {
  readonly sessionId: string;
  /** ID of the last received event, or null if no event has arrived and past events are not requested. */
  lastId: number | null;
}

/**
 * Limits of the buffer for the consumer. When the buffer exceeds them, the client cancels all subscriptions. The client
 * subscribes again once the consumer has drained the buffer.
 */
const maxWaitingEvents = 1_000;
const maxWaitingCharacters = 4 * 1024 * 1024;

interface WireOptions {
  /** Desired subscriptions by session ID. The owner changes the map and then calls `update`. */
  readonly wanted: ReadonlyMap<string, Subscription>;
  readonly runtime: Runtime;
  readonly heartbeatTimeoutMs: number;
  /** Called when the server sends a heartbeat or an event, or confirms a subscription. */
  readonly onAlive: () => void;
}

/** A WebSocket connection to `/v1/live`, from the opening of the socket until it closes. */
export class LiveWire {
  readonly #socket: FrameSocket;
  readonly #options: WireOptions;
  /**
   * Subscriptions sent to the server, by the name in the server's frames. Names are never reused, so the client
   * recognizes late frames of a canceled subscription.
   */
  readonly #named = new Map<string, Subscription>();
  readonly #waiting: { readonly of: Subscription; readonly event: SessionEvent; readonly length: number }[] =
    [];
  #names = 0;
  #waitingCharacters = 0;
  /**
   * The subscription that awaits the server's confirmation, or null if there is none. Only one subscription is pending
   * at a time, which bounds the number of frames queued on the server.
   */
  #asked: { readonly name: string; readonly subscription: Subscription } | null = null;
  #isAdmitted = false;
  #isFull = false;
  #wake: () => void = () => {};

  constructor(socket: WebSocketLike, options: WireOptions) {
    this.#options = options;
    this.#socket = new FrameSocket(socket, {
      runtime: options.runtime,
      heartbeatTimeoutMs: options.heartbeatTimeoutMs,
      onFrame: (frame, length) => this.#work(frame, length),
      onEnd: () => this.#wake(),
    });
  }

  /**
   * Yields the events of wanted sessions until the connection has ended and the buffer is empty. Then throws the cause
   * of the failure, unless `close` was called or the server closed the connection normally.
   */
  async *events(): AsyncGenerator<SessionEvent, void, undefined> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) {
        this.#waitingCharacters -= next.length;
        if (this.#isWanted(next.of)) yield next.event;
        continue;
      }
      if (this.#socket.failure !== null) throw this.#socket.failure;
      if (this.#socket.isOver) return;
      if (this.#isFull) {
        this.#isFull = false;
        this.update();
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /**
   * Unsubscribes from sessions that are no longer wanted, and subscribes to the next wanted session. The server's
   * confirmation triggers the following subscription. While the buffer is full, unsubscribes from all sessions.
   */
  update(): void {
    if (!this.#isAdmitted || this.#socket.isOver) return;
    for (const [name, subscription] of this.#named) {
      if (this.#isWanted(subscription) && !this.#isFull) continue;
      this.#named.delete(name);
      this.#socket.send({ op: "unsubscribe", id: name });
    }
    if (this.#isFull || this.#asked !== null) return;
    const known = new Set(this.#named.values());
    const next = [...this.#options.wanted.values()].find((subscription) => !known.has(subscription));
    if (next !== undefined) this.#ask(next);
  }

  /** Closes the connection now and discards the buffered events. */
  close(): void {
    this.#waiting.length = 0;
    this.#socket.end(null);
  }

  #ask(subscription: Subscription): void {
    const name = String(++this.#names);
    const { sessionId, lastId } = subscription;
    this.#named.set(name, subscription);
    this.#asked = { name, subscription };
    const input = { scope: { sessionId }, ...(lastId !== null && { lastEventId: lastId }) };
    this.#socket.send({ op: "subscribe", id: name, resource: "sessions.events", input });
  }

  #work(frame: LiveFrame, length: number): void {
    if (frame.type === "event") this.#take(frame, length);
    else if (frame.type === "heartbeat") this.#options.onAlive();
    else if (frame.type === "ready") this.#begin(frame);
    else if (frame.type === "error") this.#refused(frame);
  }

  #begin(frame: Extract<LiveFrame, { type: "ready" }>): void {
    if (frame.id === undefined) this.#isAdmitted = true;
    else {
      this.#options.onAlive();
      const asked = this.#answered(frame.id);
      if (asked !== null) asked.lastId ??= frame.lastEventId ?? null;
    }
    this.update();
  }

  #refused(frame: Extract<LiveFrame, { type: "error" }>): void {
    // Ignores errors of subscriptions that were canceled in the meantime.
    if (frame.id === undefined || this.#named.has(frame.id)) throw errorOfFrame(frame);
    this.#answered(frame.id);
    this.update();
  }

  #answered(name: string): Subscription | null {
    if (this.#asked?.name !== name) return null;
    const { subscription } = this.#asked;
    this.#asked = null;
    return subscription;
  }

  #take({ id, event }: Extract<LiveFrame, { type: "event" }>, length: number): void {
    const subscription = this.#named.get(id);
    if (subscription === undefined || event.id <= (subscription.lastId ?? 0)) return;
    this.#options.onAlive();
    subscription.lastId = event.id;
    this.#waiting.push({ of: subscription, event, length });
    this.#waitingCharacters += length;
    this.#isFull =
      this.#waiting.length >= maxWaitingEvents || this.#waitingCharacters >= maxWaitingCharacters;
    if (this.#isFull) this.update();
    this.#wake();
  }

  #isWanted(subscription: Subscription): boolean {
    return this.#options.wanted.get(subscription.sessionId) === subscription;
  }
}
