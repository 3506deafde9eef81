/**
 * The part of the WebSocket interface that the SDK uses. Browsers, Node 22 or later, Deno, Bun and the `ws` package
 * provide it.
 */
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
