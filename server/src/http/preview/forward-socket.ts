import { createHash } from "node:crypto";
import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Duplex, pipeline } from "node:stream";
import type { ForwardedConnection } from "../../core/turns/index.ts";
import { requestOverConnection } from "../../outbound/request-over-connection.ts";
import { endSocket } from "../../runtime/end-socket.ts";
import { type PreviewOrigins, requestHeaders, responseHeaders } from "./forward-headers.ts";
import { type ForwardLimits, maxProgramHeaderBytes, startResponse } from "./forward-request.ts";
import { pages, sendPreviewPage } from "./preview-page.ts";

/** Constant of the handshake (RFC 6455, section 1.3). */
const handshakeGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** A browser's WebSocket request, with the bytes that followed its headers. */
export interface SocketRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  /** Response for a request that does not become a WebSocket. */
  readonly response: ServerResponse;
}

/**
 * Forwards a WebSocket to the program behind the connection. Forwards bytes only after the program has accepted the
 * handshake with the right key. Otherwise, sends its response, or an error page, and closes both connections.
 */
export function forwardSocket(
  { request, socket, head, response }: SocketRequest,
  connection: ForwardedConnection,
  origins: PreviewOrigins,
  limits: ForwardLimits,
): void {
  let upstream: ReturnType<typeof requestOverConnection>;
  try {
    upstream = requestOverConnection(connection, {
      method: "GET",
      path: request.url ?? "/",
      headers: {
        ...requestHeaders(request.headersDistinct, origins),
        connection: "Upgrade",
        upgrade: "websocket",
      },
      maxHeaderBytes: maxProgramHeaderBytes,
    });
  } catch (cause) {
    connection.destroy();
    if (!(cause instanceof TypeError)) throw cause;
    return void sendPreviewPage(request, response, pages.badRequest);
  }
  let isForwarding = false;
  const fail = () => {
    connection.destroy();
    if (isForwarding || response.headersSent) socket.destroy();
    else sendPreviewPage(request, response, pages.badResponse);
  };
  const late = setTimeout(fail, limits.responseTimeoutMs);
  connection.once("close", () => {
    clearTimeout(late);
    if (!isForwarding && !response.headersSent) fail();
  });
  socket.once("close", () => connection.destroy());
  upstream.on("error", fail);
  upstream.once("response", (answer) => {
    clearTimeout(late);
    if (!startResponse(response, answer, origins)) return fail();
    pipeline(answer, response, (error) => {
      if (error) socket.destroy();
    });
  });
  upstream.once("upgrade", (answer, _connection, firstBytes) => {
    clearTimeout(late);
    if (answer.headers["sec-websocket-accept"] !== acceptOf(request)) return fail();
    isForwarding = true;
    response.detachSocket(socket as Socket);
    (socket as Socket).setTimeout(0);
    connection.setTimeout(limits.socketIdleTimeoutMs, () => connection.destroy());
    socket.write(handshake(responseHeaders(answer.headersDistinct, origins)));
    socket.write(firstBytes);
    connection.write(head);
    pipeline(socket, connection, socket, () => {
      connection.destroy();
      socket.destroy();
    });
  });
  upstream.end();
}

/**
 * Returns a response that closes the socket, for a request that does not become a WebSocket. Destroys the socket after
 * the idle time, because the server's own timeouts do not apply to it.
 */
export function rejection(
  request: IncomingMessage,
  socket: Duplex,
  { idleTimeoutMs }: Pick<ForwardLimits, "idleTimeoutMs">,
): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Socket);
  (socket as Socket).setTimeout(idleTimeoutMs, () => socket.destroy());
  response.once("finish", () => endSocket(socket));
  return response;
}

function acceptOf({ headers }: IncomingMessage): string {
  return createHash("sha1").update(`${headers["sec-websocket-key"]}${handshakeGuid}`).digest("base64");
}

function handshake(headers: ReturnType<typeof responseHeaders>): string {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name}: ${one}\r\n`),
  );
  return `HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n${lines.join("")}\r\n`;
}
