import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { AppError, type Logger } from "../../core/base/index.ts";
import { endSocket } from "../../runtime/end-socket.ts";
import { forwardSocket, refusalText } from "./forward-socket.ts";
import type { Forwarding } from "./forwarding.ts";

const connectMs = 15_000;

export interface SocketArrival {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/**
 * Forwards a WebSocket with a ticket to the process that runs the session's sandbox. Calls `serveHere` if this process
 * runs it, if no process does, or if another process forwarded the WebSocket. Never rejects.
 */
export async function forwardTicket(
  {
    forwarding,
    clientAddress,
    log,
  }: {
    readonly forwarding: Forwarding;
    readonly clientAddress: (request: IncomingMessage) => string;
    readonly log: Logger;
  },
  arrival: SocketArrival,
  { sessionId, serveHere }: { readonly sessionId: string; readonly serveHere: () => void },
): Promise<void> {
  const { request, socket } = arrival;
  if (forwarding.isForwarded(request.socket)) return serveHere();
  // A "close" event follows.
  socket.on("error", () => {});
  try {
    const late = AbortSignal.timeout(connectMs);
    const connection = await forwarding.connectToSession(sessionId, clientAddress(request), late);
    if (connection === null) return serveHere();
    forwardSocket(arrival, connection);
  } catch (cause) {
    log.warn({ err: cause, sessionId }, "a WebSocket could not be forwarded");
    const message = cause instanceof AppError ? cause.message : "The WebSocket could not be forwarded.";
    endSocket(socket, refusalText("503 Service Unavailable", message));
  }
}
