import { createServer, type Server as HttpServer, type RequestListener } from "node:http";
import type { Server } from "node:net";
import type { TestContext } from "node:test";
import type { ForwardedConnection, ForwardedSocket } from "../../core/turns/index.ts";
import { afterwards } from "./afterwards.ts";

/** Passes the connections of a forwarded socket to a server. Returns a function that stops serving and closes the connections. */
export async function serveForwarded(
  t: TestContext,
  socket: ForwardedSocket,
  server: Server | HttpServer,
): Promise<() => Promise<void>> {
  const connections = new Set<ForwardedConnection>();
  const listener = await socket.listen((connection) => {
    connections.add(connection);
    connection.once("close", () => connections.delete(connection));
    server.emit("connection", connection);
  });
  const close = async () => {
    await listener.close();
    for (const connection of connections) connection.destroy();
  };
  afterwards(t, close);
  return close;
}

export function answerForwarded(
  t: TestContext,
  socket: ForwardedSocket,
  answer: RequestListener,
): Promise<() => Promise<void>> {
  return serveForwarded(t, socket, createServer(answer));
}
