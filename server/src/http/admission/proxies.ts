import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/** Reverse proxies whose `X-Forwarded-For` header is trusted. */
export interface Proxies {
  /** True if the address belongs to a trusted proxy. A value that is not an IP address is never trusted. */
  isTrusted(address: string): boolean;
  /**
   * Returns the client's address: the address of the connection or, behind trusted proxies, the last forwarded address that does not belong
   * to a trusted proxy.
   */
  clientAddress(request: Pick<IncomingMessage, "socket" | "headers">): string;
}

/** Creates the list of proxies. `networks` contains addresses and CIDR networks that the configuration has validated. */
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
      // The proxy nearest to the server added the last address.
      for (const next of forwarded.reverse()) {
        if (!isTrusted(address) || next.trim() === "") break;
        address = next.trim();
      }
      return address;
    },
  };
}

export function isLoopback(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127\./i.test(address);
}
