import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Refusal } from "../../outbound/refusal.ts";
import { endSocket } from "../../runtime/end-socket.ts";

/** Responds to a request with the refusal, or closes the connection if the response has already started. */
export function refuseRequest(response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // The connection closes after the response, because the rest of the request's body is not read.
  response.writeHead(refusal.status, refusal.phrase, { ...bodyHeaders(refusal), connection: "close" });
  response.end(bodyOf(refusal));
}

/**
 * Writes the refusal to a connection that has no Node response, for example after a CONNECT, an upgrade or input that cannot be parsed. Then
 * closes the connection.
 */
export function refuseSocket(socket: Socket | Duplex, refusal: Refusal): void {
  const headers = Object.entries({ ...bodyHeaders(refusal), connection: "close" });
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  endSocket(socket, `HTTP/1.1 ${refusal.status} ${refusal.phrase}\r\n${lines}\r\n${bodyOf(refusal)}`);
}

function bodyHeaders(refusal: Refusal): Record<string, string> {
  return {
    "content-type": "text/plain; charset=utf-8",
    "content-length": String(Buffer.byteLength(bodyOf(refusal))),
  };
}

function bodyOf(refusal: Refusal): string {
  return `${refusal.message}\n`;
}
