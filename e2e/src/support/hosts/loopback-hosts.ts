import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";

/**
 * Loopback addresses that act as hosts of a private network. The list omits 127.0.0.1, which programs in a sandbox
 * reach without the egress proxy.
 */
const addresses = ["127.0.0.2", "127.0.0.3", "127.0.0.4"] as const;

export interface LoopbackHosts {
  /** `address:port` of each host. All hosts return the same responses. */
  readonly places: readonly string[];
  /** Returns `address:port path` of every request since the last call. */
  asked(): string[];
  close(): Promise<void>;
}

/** Starts several hosts with the same responses, over HTTP or, with a certificate, over HTTPS. */
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
      // Lets the process exit if a story fails before it closes the hosts.
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
