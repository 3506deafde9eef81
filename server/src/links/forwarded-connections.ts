import type { Server } from "node:http";
import type { Duplex } from "node:stream";

/**
 * Connections that other processes of this installation have forwarded to this one. The process that forwards has
 * counted the request and knows the client's address, so this process trusts the address.
 */
export class ForwardedConnections {
  readonly #known = new WeakSet<object>();

  has(connection: object): boolean {
    return this.#known.has(connection);
  }

  /** Serves a connection as if the client at `address` had opened it. */
  serve(server: Server, connection: Duplex, address: string): void {
    // A "close" event follows.
    connection.on("error", () => {});
    Object.defineProperty(connection, "remoteAddress", { value: address });
    this.#known.add(connection);
    server.emit("connection", connection);
  }
}
