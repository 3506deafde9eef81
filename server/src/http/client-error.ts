import type { Socket } from "node:net";
import type { ErrorBody } from "@tembo/contract";
import { endSocket } from "../runtime/end-socket.ts";
import { securityHeaders } from "./security-headers.ts";

const answers: Readonly<Record<string, readonly [status: string, sentence: string]>> = {
  HPE_HEADER_OVERFLOW: [
    "431 Request Header Fields Too Large",
    "The URL and the headers exceed 16 KiB in total. Shorten them.",
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    "408 Request Timeout",
    "The request did not arrive in time. Send the request again without pauses.",
  ],
};
const malformed = ["400 Bad Request", "The HTTP request is malformed."] as const;

/** Responds to malformed or late HTTP requests in the format of API errors. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const [status, sentence] = answers[error.code ?? ""] ?? malformed;
  const body = JSON.stringify({ error: sentence, code: "malformed_request" } satisfies ErrorBody);
  const headers = {
    connection: "close",
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    ...securityHeaders,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  endSocket(socket, `HTTP/1.1 ${status}\r\n${lines.join("")}\r\n${body}`);
}
