import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** Connections between this server and the other processes of the installation. */
export interface Forwarding {
  /**
   * True if another process forwarded the connection. Its `remoteAddress` is then the client's address, and the other
   * process has already counted the request.
   */
  isForwarded(connection: object): boolean;
  /** True for upgrades that only processes of this installation may request. */
  ownsUpgrade(request: IncomingMessage): boolean;
  serveUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /**
   * Opens a connection to the HTTP server of the process that runs the session's sandbox, on behalf of the client at
   * `address`. Returns null if this process runs the sandbox or no process does. Throws `conflict`, with a message for
   * the client, if the process cannot be reached.
   */
  connectToSession(sessionId: string, address: string, signal: AbortSignal): Promise<Duplex | null>;
  /** Opens a connection to a server with the repositories of the built-in forge in the same way. */
  connectToForge(address: string, signal: AbortSignal): Promise<Duplex | null>;
}

/** Forwarding of a server without other processes. */
export const noForwarding: Forwarding = {
  isForwarded: () => false,
  ownsUpgrade: () => false,
  serveUpgrade: (_request, socket) => void socket.destroy(),
  connectToSession: async () => null,
  connectToForge: async () => null,
};
