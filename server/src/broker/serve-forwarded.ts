import type { Server } from "node:http";
import type { ForwardedConnection, ForwardedSocket } from "../core/turns/index.ts";
import { holdRequests, type RequestLease } from "./hold-requests.ts";

/**
 * Serves the connections that programs in a sandbox open to a forwarded socket. Closes connections beyond `maxConnections`, and holds requests
 * while the lease is not valid. Returns a function that stops serving and closes every connection.
 */
export async function serveForwarded(
  server: Server,
  { listen }: ForwardedSocket,
  maxConnections: number,
  lease?: RequestLease,
): Promise<() => Promise<void>> {
  if (lease !== undefined) holdRequests(server, lease);
  const connections = new Set<ForwardedConnection>();
  let isClosed = false;
  // The server does not listen on an address itself. It enforces its timeouts for slow clients only after this event.
  server.emit("listening");
  const cutAll = async () => {
    isClosed = true;
    // A connection that fails now first emits an error, which the HTTP server handles.
    const closed = [...connections].map(
      (connection) => connection.closed || new Promise((resolve) => connection.once("close", resolve)),
    );
    server.close();
    for (const connection of connections) connection.destroy();
    await Promise.all(closed);
  };
  try {
    const listener = await listen((connection) => {
      if (isClosed || connections.size >= maxConnections) {
        connection.destroy();
        return;
      }
      connections.add(connection);
      connection.once("close", () => connections.delete(connection));
      server.emit("connection", connection);
    });
    // Closes all connections even if the listener fails to close or closes late.
    return async () => {
      await Promise.all([cutAll(), listener.close()]);
    };
  } catch (cause) {
    await cutAll();
    throw cause;
  }
}
