import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** `cut`: ends each connection after this number of response bytes. `silent`: delivers no more than `after` of them. */
export type Fault = { readonly kind: "none" } | { readonly kind: "cut" | "silent"; readonly after: number };

export interface FaultyProxy extends AsyncDisposable {
  readonly url: string;
  /** Number of connections since the last call of `set`. */
  readonly connections: number;
  /** Sets the fault of new connections. `times` is the number of connections that have it; the rest have none. */
  set(fault: Fault, times?: number): void;
}

/** Forwards TCP connections to a server, with faults. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const { hostname, port } = new URL(target);
  let fault: Fault = { kind: "none" };
  let left = 0;
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    connections += 1;
    left -= 1;
    forward(client, connect(Number(port), hostname), left >= 0 ? fault : { kind: "none" }, sockets);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    set(next, times = Number.POSITIVE_INFINITY) {
      [fault, left, connections] = [next, times, 0];
      // Connections that the client kept do not have the fault.
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function forward(client: Socket, upstream: Socket, fault: Fault, sockets: Set<Socket>): void {
  for (const [socket, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    sockets.add(socket);
    socket.on("error", () => other.destroy());
    socket.on("close", () => {
      sockets.delete(socket);
      other.destroy();
    });
  }
  client.on("data", (bytes) => upstream.write(bytes));
  let received = 0;
  upstream.on("data", (bytes) => {
    const passed = fault.kind === "none" ? bytes : bytes.subarray(0, Math.max(0, fault.after - received));
    received += bytes.length;
    client.write(passed);
    if (fault.kind === "cut" && received >= fault.after) client.end(() => client.destroy());
  });
}
