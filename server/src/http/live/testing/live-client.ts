import { once } from "node:events";
import { WebSocket } from "ws";
import type { Served } from "../../../testing/test-server.ts";

export type Frame = Readonly<Record<string, unknown>>;

export class LiveClient {
  readonly socket: WebSocket;
  /** Code and reason with which the server closed the connection. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #frames: Frame[] = [];
  #wake: () => void = () => {};

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.on("message", (data) => {
      this.#frames.push(JSON.parse(String(data)) as Frame);
      this.#wake();
    });
    this.closed = new Promise((resolve) =>
      this.socket.on("close", (code, reason) => resolve({ code, reason: String(reason) })),
    );
    this.socket.on("error", () => {});
  }

  /** Number of received frames that have not been read. */
  get waiting(): number {
    return this.#frames.length;
  }

  async next(): Promise<Frame> {
    while (this.#frames.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#frames.shift()!;
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  subscribe(id: string, sessionId: string, lastEventId?: number): void {
    const input = { scope: { sessionId }, ...(lastEventId !== undefined && { lastEventId }) };
    this.send({ op: "subscribe", id, resource: "sessions.events", input });
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

export async function ticketOf(
  served: Served,
  key: string,
  path = "/v1/live",
  sessionId?: string,
): Promise<string> {
  const response = await served.ask(path, key, {
    method: "POST",
    ...(sessionId !== undefined && {
      body: JSON.stringify({ scope: { sessionId } }),
      headers: { "content-type": "application/json" },
    }),
  });
  const { ticket, error } = (await response.json()) as { ticket?: string; error?: string };
  if (ticket === undefined) throw new Error(error);
  return ticket;
}

export const socketUrl = (served: Served, path: string, ticket: string) =>
  `${served.url.replace("http", "ws")}${path}?ticket=${ticket}`;

/** Opens a connection with a new ticket, and waits until the WebSocket is open. */
export async function connectLive(served: Served, key: string, path = "/v1/live", sessionId?: string) {
  const client = new LiveClient(socketUrl(served, path, await ticketOf(served, key, path, sessionId)));
  await once(client.socket, "open");
  return client;
}
