import type { Http2Session } from "node:http2";
import type { Duplex } from "node:stream";
import { createWebSocketStream, type WebSocket } from "ws";

const pingMs = 10_000;
const windowBytes = 256 * 1024;
const sessionWindowBytes = 8 * 1024 * 1024;

/** Maximum size of a WebSocket message, which contains some frames of HTTP/2. */
export const maxMessageBytes = 4 * 1024 * 1024;
/** Maximum number of connections over one link. */
export const maxConnections = 1_000;
/** Header of a stream with the address of the client whose request the stream carries. */
export const streamClientHeader = "x-tembo-client-address";

/** Options of both ends. A peer may send only as many bytes of a stream as the windows allow, until they are read. */
export const sessionOptions = {
  settings: { initialWindowSize: windowBytes, maxConcurrentStreams: maxConnections, enablePush: false },
  maxSessionMemory: 64,
} as const;

/**
 * Returns the stream of a WebSocket that carries a session. When the WebSocket closes, its own stream would only end, and
 * then wait for ever to send the rest. HTTP/2 would not close, and its next write would be an uncaught error.
 */
export function carrierOver(socket: WebSocket): Duplex {
  // Called before the listener with which the stream ends.
  socket.once("close", () => carrier.destroy());
  const carrier = createWebSocketStream(socket);
  // A "close" event follows.
  carrier.on("error", () => {});
  return carrier;
}

/**
 * Ends the session and its carrier when either ends or fails, or when the peer does not respond to a ping. Returns a
 * function that ends both. The session alone would wait until its peer has received the rest. The carrier must be open.
 */
export function watchSession(session: Http2Session, carrier: Duplex, everyMs = pingMs): () => void {
  const end = () => {
    session.destroy();
    carrier.destroy();
  };
  // A "close" event follows.
  session.on("error", () => {});
  // A carrier that failed may close later, but carries nothing more.
  for (const event of ["end", "close", "error"]) carrier.on(event, end);
  // Before the client's preface, the peer accepts no other frame.
  session.once("remoteSettings", () => session.setLocalWindowSize(sessionWindowBytes));
  let isAnswered = true;
  const timer = setInterval(() => {
    if (!isAnswered) return end();
    if (session.destroyed) return;
    isAnswered = false;
    session.ping((error) => {
      isAnswered = error === null;
    });
  }, everyMs);
  session.once("close", () => {
    clearInterval(timer);
    end();
  });
  return end;
}
