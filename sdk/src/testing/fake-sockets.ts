import type { WebSocketConstructor, WebSocketLike } from "../live/web-socket.ts";

type Listener = Parameters<WebSocketLike["addEventListener"]>[1];

export interface SentFrame {
  readonly op: "subscribe" | "unsubscribe";
  readonly id: string;
  readonly input?: { readonly scope: { readonly sessionId: string }; readonly lastEventId?: number };
}

/** A fake WebSocket on the client side. The test acts as the server. */
export class FakeSocket implements WebSocketLike {
  readonly url: string;
  readonly sent: SentFrame[] = [];
  isClosed = false;
  readonly #serve: Serve;
  readonly #listeners: [type: string, listener: Listener][] = [];

  constructor(url: string, serve: Serve) {
    this.url = url;
    this.#serve = serve;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.push([type, listener]);
  }

  send(text: string): void {
    const frame = JSON.parse(text) as SentFrame;
    this.sent.push(frame);
    // A real server never responds during `send`.
    queueMicrotask(() => this.#serve(this, frame));
  }

  close(): void {
    this.isClosed = true;
  }

  receive(frame: object): void {
    this.dispatch("message", { data: JSON.stringify(frame) });
  }

  sendEvents(id: string, ...events: number[]): void {
    for (const event of events)
      this.receive({ id, type: "event", event: { id: event, sessionId: `of ${id}` } });
  }

  dispatch(type: "message" | "close" | "error", event: Omit<Parameters<Listener>[0], "type"> = {}): void {
    for (const [wanted, listener] of this.#listeners) if (wanted === type) listener({ type, ...event });
  }

  /** Returns the frames that the client sent, in a short form for assertions. */
  get sentForms(): string[] {
    return this.sent.map(({ op, id, input }) =>
      op === "unsubscribe" ? `-${id}` : `+${id} ${input!.scope.sessionId}>${input!.lastEventId ?? "now"}`,
    );
  }
}

type Serve = (socket: FakeSocket, frame: SentFrame) => void;

/** Confirms every subscription. */
export const confirm: Serve = (socket, { op, id, input }) => {
  if (op === "subscribe") socket.receive({ id, type: "ready", lastEventId: input!.lastEventId ?? 0 });
};

/**
 * Returns a WebSocket class and the list of its sockets. Calls `onOpen` with each new socket and its index, which sends
 * the server's `ready` frame by default.
 */
export function createFakeSockets(
  serve: Serve = confirm,
  onOpen: (socket: FakeSocket, index: number) => void = (socket) => socket.receive({ type: "ready" }),
): { readonly sockets: FakeSocket[]; readonly WebSocket: WebSocketConstructor } {
  const sockets: FakeSocket[] = [];
  const WebSocket = class extends FakeSocket {
    constructor(url: string) {
      super(url, serve);
      const index = sockets.push(this) - 1;
      queueMicrotask(() => onOpen(this, index));
    }
  };
  return { sockets, WebSocket };
}
