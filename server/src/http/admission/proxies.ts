import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/** The reverse proxies whose word about the client's address counts. */
export interface Proxies {
  /** Whether this address is a proxy's. An address that is not one is never trusted. */
  isTrusted(address: string): boolean;
  /** The address of the client: of the connection, or, behind trusted proxies, the last one that none of them has. */
  clientAddress(request: Pick<IncomingMessage, "socket" | "headers">): string;
}

/** `networks`: addresses and CIDR networks, as the configuration has checked them. */
export function createProxies(networks: readonly string[]): Proxies {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  const isTrusted = (address: string) => {
    const plain = address.replace(/%.*$/, "");
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 6 ? "ipv6" : "ipv4");
  };
  return {
    isTrusted,
    clientAddress({ socket, headers }) {
      let address = socket.remoteAddress ?? "";
      const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
      // The last one was added by the proxy nearest to the server.
      for (const next of forwarded.reverse()) {
        if (!isTrusted(address) || next.trim() === "") break;
        address = next.trim();
      }
      return address;
    },
  };
}

/** Whether an address is the machine's own. */
export function isLoopback(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127\./i.test(address);
}
