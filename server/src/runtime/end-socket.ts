const maxWaitMs = 10_000;

/** Part of Node's `Duplex` that ends a socket. */
interface SocketToEndSocket {
  once(event: "close", listener: () => void): unknown;
  on(event: "error", listener: () => void): unknown;
  end(bytes: string, onSent: () => void): unknown;
  destroy(): unknown;
}

/**
 * Sends the last bytes and destroys the socket, with everything that it has not read. Waits at most 10 s for a peer
 * that does not read. `end` alone closes only the sending half, so a peer could keep the socket open.
 */
export function endSocket(socket: SocketToEndSocket, bytes = ""): void {
  const timer = setTimeout(() => socket.destroy(), maxWaitMs);
  timer.unref();
  socket.once("close", () => clearTimeout(timer));
  // A "close" event follows.
  socket.on("error", () => {});
  socket.end(bytes, () => socket.destroy());
}
