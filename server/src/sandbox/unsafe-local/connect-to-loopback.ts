import { once } from "node:events";
import { connect as openConnection, type Socket } from "node:net";
import { AppError } from "../../core/base/index.ts";

const connectsWithinMs = 10_000;

/**
 * Connects to a port of this machine's loopback interface, first over IPv4. Throws `unavailable` if nothing accepts the connection within ten
 * seconds, or the signal's reason if the signal aborts first.
 */
export async function connectToLoopback(port: number, signal: AbortSignal): Promise<Socket> {
  const waiting = AbortSignal.any([signal, AbortSignal.timeout(connectsWithinMs)]);
  for (const host of ["127.0.0.1", "::1"]) {
    signal.throwIfAborted();
    const socket = openConnection({ host, port, allowHalfOpen: true, noDelay: true });
    try {
      await once(socket, "connect", { signal: waiting });
      return socket.on("error", () => {});
    } catch {
      // The next address may have a listener. The error after the last address explains all of them.
      socket.on("error", () => {}).destroy();
    }
  }
  signal.throwIfAborted();
  throw new AppError("unavailable", `Nothing in the sandbox accepts connections at port ${port}.`);
}
