import type { IncomingMessage, Server } from "node:http";
import { type Duplex, pipeline } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { AppError, type Logger, type TokenParts } from "../core/base/index.ts";
import { endSocket } from "../runtime/end-socket.ts";
import type { ForwardedConnections } from "./forwarded-connections.ts";
import { connectionProtocol, isInternal, parseInternal } from "./internal-paths.ts";
import { carrierOver, maxMessageBytes } from "./link-session.ts";
import type { Links } from "./links.ts";

/** Time without data after which a connection that this server passes on ends. */
const idleTimeoutMs = 60 * 60_000;
const connectMs = 10_000;

export interface InternalServerOptions {
  /** ID of this process. */
  readonly processId: string;
  /** HTTP server of this process. */
  readonly server: () => Server;
  readonly tokens: TokenParts;
  readonly links: Links;
  readonly forwarded: ForwardedConnections;
  readonly log: Logger;
}

/** Returns the handler for upgrades that only processes of this installation may request. It never throws. */
export function createServeInternal(options: InternalServerOptions) {
  const { tokens, log } = options;
  const acceptor = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
  });
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A "close" event follows.
    socket.on("error", () => {});
    const internal = parseInternal(request);
    if (internal === null || !isInternal(tokens, request, internal)) {
      refuse(socket, "401 Unauthorized", "Only processes of this installation can use this path.");
      return;
    }
    if (internal.kind === "link")
      return void acceptLink(options, internal.workerId, socket, (onAccepted) =>
        acceptor.handleUpgrade(request, socket, head, onAccepted),
      );
    passOn(options, { socket, head }, internal).catch((cause: unknown) => {
      log.warn({ err: cause }, "a connection could not be passed on");
      const message = cause instanceof AppError ? cause.message : "The connection could not be passed on.";
      refuse(socket, "503 Service Unavailable", message);
    });
  };
}

function acceptLink(
  { links, log }: InternalServerOptions,
  workerId: string,
  socket: Duplex,
  upgrade: (onAccepted: (accepted: WebSocket) => void) => void,
): void {
  const fail = (cause: unknown) => {
    log.warn({ err: cause }, "a link could not be accepted; the worker retries");
    socket.destroy();
  };
  try {
    upgrade((accepted) => links.accept(workerId, carrierOver(accepted)).catch(fail));
  } catch (cause) {
    fail(cause);
  }
}

/** Serves the connection here, or passes it on over the link of a worker. Never passes it on to another server. */
async function passOn(
  { processId, server, links, forwarded }: InternalServerOptions,
  { socket, head }: { readonly socket: Duplex; readonly head: Buffer },
  target: { readonly processId: string; readonly address: string },
): Promise<void> {
  if (target.processId === processId) {
    accept(socket);
    if (head.length > 0) socket.unshift(head);
    return forwarded.serve(server(), socket, target.address);
  }
  const connection = await links.connect(target.processId, target.address, AbortSignal.timeout(connectMs));
  if (connection === null)
    return refuse(socket, "503 Service Unavailable", "This server has no link to that worker.");
  accept(socket);
  connection.write(head);
  if ("setTimeout" in socket && typeof socket.setTimeout === "function")
    socket.setTimeout(idleTimeoutMs, () => socket.destroy());
  pipeline(socket, connection, socket, () => {
    connection.destroy();
    socket.destroy();
  });
}

function accept(socket: Duplex): void {
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: ${connectionProtocol}\r\n\r\n`,
  );
}

function refuse(socket: Duplex, status: string, message: string): void {
  const body = `${message}\n`;
  endSocket(
    socket,
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
