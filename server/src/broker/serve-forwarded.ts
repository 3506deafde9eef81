import { once } from "node:events";
import type { Server } from "node:http";
import type { ForwardedConnection, ForwardedSocket } from "../core/turns/index.ts";

/**
 * Serves the connections that programs in a sandbox open to a forwarded socket; those beyond `maxConnections` are cut.
 * Returns what closes it, cutting every connection.
 */
export async function serveForwarded(
  server: Server,
  { listen }: ForwardedSocket,
  maxConnections: number,
): Promise<() => Promise<void>> {
  const connections = new Set<ForwardedConnection>();
  // The server has no address of its own: without this event it would not watch for clients that are slow to send a request.
  server.emit("listening");
  const stopServing = () => {
    server.close();
    for (const connection of connections) connection.destroy();
  };
  try {
    const listener = await listen((connection) => {
      if (connections.size >= maxConnections) {
        connection.destroy();
        return;
      }
      connections.add(connection);
      connection.once("close", () => connections.delete(connection));
      server.emit("connection", connection);
    });
    return async () => {
      await listener.close();
      const closed = [...connections].map((connection) => connection.closed || once(connection, "close"));
      stopServing();
      await Promise.all(closed);
    };
  } catch (cause) {
    stopServing();
    throw cause;
  }
}
