import { createOutbound, type Outbound, type OutboundOptions } from "../outbound.ts";

const quiet = { info() {}, warn() {}, error() {} };

/**
 * Creates the product's outbound client. It also permits loopback addresses, for fake forges and providers. With `privateHosts: []`, it permits no
 * private hosts.
 */
export function testOutbound(options: Partial<OutboundOptions> = {}): Outbound {
  return createOutbound({ log: quiet, privateHosts: ["127.0.0.1", "localhost", "[::1]"], ...options });
}
