/** What is used of a WebSocket: those of browsers, Node 22, Deno and Bun have it, and that of the package `ws`. */
export interface WebSocketLike {
  addEventListener(
    type: "message" | "close" | "error",
    listener: (event: {
      readonly type: string;
      readonly data?: unknown;
      readonly code?: number;
      readonly reason?: string;
    }) => void,
  ): void;
  send(text: string): void;
  close(): void;
}

export type WebSocketConstructor = new (url: string) => WebSocketLike;
