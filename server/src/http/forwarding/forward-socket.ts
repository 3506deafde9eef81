import type { IncomingMessage } from "node:http";
import { type Duplex, pipeline } from "node:stream";
import { endSocket } from "../../runtime/end-socket.ts";
import { limitIdleTime, lostConnection, startRequest } from "./forward-request.ts";

const idleTimeoutMs = 60 * 60_000;
const handshakeTimeoutMs = 30_000;

/**
 * Forwards a WebSocket over a connection to another process. Forwards bytes only after the process has accepted the
 * handshake. Otherwise, sends the client the status and closes both connections.
 */
export function forwardSocket(
  {
    request,
    socket,
    head,
  }: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
  connection: Duplex,
): void {
  limitIdleTime(connection, handshakeTimeoutMs);
  socket.once("close", () => connection.destroy());
  const upstream = startRequest(request, connection, { connection: "Upgrade", upgrade: "websocket" });
  const refuse = (status: string, body: string) => {
    connection.destroy();
    endSocket(socket, refusalText(status, body));
  };
  upstream.once("error", (cause) => refuse("503 Service Unavailable", lostConnection(cause).message));
  upstream.once("response", ({ statusCode, statusMessage }) => {
    refuse(`${statusCode} ${statusMessage}`, "The WebSocket was rejected.");
  });
  upstream.once("upgrade", (answer, _connection, firstBytes) => {
    limitIdleTime(connection, idleTimeoutMs);
    limitIdleTime(socket, idleTimeoutMs);
    const lines = answer.rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`));
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
    socket.write(firstBytes);
    connection.write(head);
    pipeline(socket, connection, socket, () => {
      connection.destroy();
      socket.destroy();
    });
  });
  upstream.end();
}

/** Returns a response that rejects a WebSocket. */
export function refusalText(status: string, body: string): string {
  return `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
