import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { ForwardedSocket } from "../../core/turns/index.ts";

/** Loopback port for programs that run without a sandbox. Any program on this machine can connect to it. */
export interface ForwardedPort extends ForwardedSocket {
  readonly url: string;
  /** Closes the port and every connection. */
  close(): void;
}

/** Opens a free loopback port. While the port has no listener, it closes new connections. */
export async function openPort(): Promise<ForwardedPort> {
  const clients = new Set<Socket>();
  let listening: { readonly onConnection: (connection: Socket) => void } | null = null;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (listening === null) {
      client.destroy();
      return;
    }
    clients.add(client);
    client.once("close", () => clients.delete(client));
    listening.onConnection(client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // The port must not prevent the server from exiting.
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    listen: async (onConnection) => {
      const own = { onConnection };
      listening = own;
      return {
        async close() {
          if (listening === own) listening = null;
        },
      };
    },
    close() {
      server.close();
      for (const client of clients) client.destroy();
    },
  };
}
