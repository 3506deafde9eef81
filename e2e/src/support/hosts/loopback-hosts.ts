import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";

/**
 * Addresses of the loopback device that stand for hosts of a private network. Not the first one: inside a sandbox that is the
 * sandbox itself, which no program asks the egress door for.
 */
const addresses = ["127.0.0.2", "127.0.0.3", "127.0.0.4"] as const;

export interface LoopbackHosts {
  /** `address:port`, of hosts that give the same answers. */
  readonly places: readonly string[];
  /** `address:port path` of every request since it was last asked. */
  asked(): string[];
  close(): Promise<void>;
}

/** Some hosts with the same answers, over HTTP or, with a certificate, over TLS. */
export async function startLoopbackHosts(
  answer: RequestListener,
  tls?: ServerOptions,
): Promise<LoopbackHosts> {
  let asked: string[] = [];
  const listener: RequestListener = (request, response) => {
    const { localAddress, localPort } = request.socket;
    asked.push(`${localAddress}:${localPort} ${request.url}`);
    answer(request, response);
  };
  const servers = await Promise.all(
    addresses.map(async (address) => {
      const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
      server.listen(0, address);
      await once(server, "listening");
      // A story that fails before it closes them must still end.
      server.unref();
      return server;
    }),
  );
  return {
    places: servers.map((server, index) => `${addresses[index]}:${(server.address() as AddressInfo).port}`),
    asked: () => {
      const all = asked;
      asked = [];
      return all;
    },
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}
