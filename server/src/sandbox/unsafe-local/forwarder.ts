import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";

/** Where programs reach a door when there is no sandbox around them: any program of this machine can. */
export interface Forwarder {
  readonly url: string;
  close(): void;
}

/** Listens on a free loopback port and forwards to the door's socket. */
export async function openForwarder(socketPath: string): Promise<Forwarder> {
  const clients = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    clients.add(client);
    client.once("close", () => clients.delete(client));
    forward(client, socketPath);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // Does not keep the server from ending.
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      for (const client of clients) client.destroy();
    },
  };
}

function forward(client: Socket, socketPath: string): void {
  const door = createConnection({ path: socketPath, allowHalfOpen: true });
  client.pipe(door).pipe(client);
  for (const [side, other] of [
    [client, door],
    [door, client],
  ] as const) {
    // An error is followed by close: what is left to do is to let go of the other side.
    side.on("error", () => other.destroy());
    side.on("close", () => other.destroy());
  }
}
