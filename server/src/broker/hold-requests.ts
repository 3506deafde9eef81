import type { IncomingMessage, Server } from "node:http";
import type { WorkerLease } from "../core/base/index.ts";

export type RequestLease = Pick<WorkerLease, "isValid" | "whenValid">;

const requestEvents: ReadonlySet<string | symbol> = new Set([
  "request",
  "connect",
  "upgrade",
  "checkContinue",
  "checkExpectation",
]);

/**
 * Holds the server's requests while the lease is not valid. A machine that was frozen may have received requests before it
 * finds out that another one has taken over, so every request is checked when it arrives. Drops a request that waits too
 * long, and its connection.
 */
export function holdRequests(server: Server, lease: RequestLease): void {
  // Node has no hook that runs before the listeners of these events, and the connection itself may be a tunnel.
  const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean;
  server.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    if (!requestEvents.has(event) || lease.isValid()) return emit(event, ...args);
    const { socket } = args[0] as IncomingMessage;
    const gone = new AbortController();
    socket.once("close", () => gone.abort());
    // Node has removed its own listener of a socket that is about to become a tunnel. Without one, an error ends the process.
    const onError = () => void socket.destroy();
    socket.on("error", onError);
    lease.whenValid(gone.signal).then(
      () => {
        socket.off("error", onError);
        emit(event, ...args);
      },
      () => socket.destroy(),
    );
    return true;
  };
}
