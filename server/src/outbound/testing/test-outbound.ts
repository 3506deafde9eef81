import { createOutbound, type Outbound, type OutboundOptions } from "../outbound.ts";

const quiet = { info() {}, warn() {}, error() {} };

/**
 * Returns the product's outbound client with loopback listed as an operator would list it. Tests permit loopback only here, for their fake
 * forges and providers. `privateHosts: []` returns a client without listed hosts.
 */
export function testOutbound(options: Partial<OutboundOptions> = {}): Outbound {
  return createOutbound({ log: quiet, privateHosts: ["127.0.0.1", "localhost", "[::1]"], ...options });
}
