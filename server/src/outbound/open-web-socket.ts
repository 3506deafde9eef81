import { WebSocket } from "ws";
import type { Outbound } from "./outbound.ts";

export interface WebSocketOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly handshakeMs: number;
  readonly maxMessageBytes: number;
}

/** Opens a WebSocket to an http(s) URL, over a checked connection. Follows no redirects. */
export function openWebSocket(
  outbound: Pick<Outbound, "createAgent">,
  url: string,
  { headers, handshakeMs, maxMessageBytes }: WebSocketOptions,
): WebSocket {
  const { protocol } = new URL(url);
  const agent = outbound.createAgent(protocol === "https:" ? "https:" : "http:");
  const socket = new WebSocket(url.replace(/^http/, "ws"), {
    agent,
    headers,
    handshakeTimeout: handshakeMs,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
  });
  socket.once("close", () => agent.destroy());
  return socket;
}
