import type { Http2Session } from "node:http2";
import type { Duplex } from "node:stream";

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

/** Ends the session when its carrier closes or the peer does not respond to a ping. */
export function watchSession(session: Http2Session, carrier: Duplex, everyMs = pingMs): void {
  // A "close" event follows.
  session.on("error", () => {});
  carrier.on("error", () => {});
  // Before the client's preface, the peer accepts no other frame.
  session.once("remoteSettings", () => session.setLocalWindowSize(sessionWindowBytes));
  let isAnswered = true;
  const timer = setInterval(() => {
    if (!isAnswered) return session.destroy();
    if (session.destroyed) return;
    isAnswered = false;
    session.ping((error) => {
      isAnswered = error === null;
    });
  }, everyMs);
  carrier.once("close", () => session.destroy());
  session.once("close", () => {
    clearInterval(timer);
    carrier.destroy();
  });
}
