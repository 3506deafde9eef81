import { createOutbound, type Outbound, type OutboundOptions } from "../outbound.ts";

const quiet = { info() {}, warn() {}, error() {} };

/**
 * The product's own outbound client, with loopback listed as an operator would list it: the one place where tests open it
 * for their fake forges and providers. `privateHosts: []` gives it as it is without a listed host.
 */
export function testOutbound(options: Partial<OutboundOptions> = {}): Outbound {
  return createOutbound({ log: quiet, privateHosts: ["127.0.0.1", "localhost", "[::1]"], ...options });
}
