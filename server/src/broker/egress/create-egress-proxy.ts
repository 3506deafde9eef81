import { getCACertificates } from "node:tls";
import { parseEgressRule } from "../../core/access/index.ts";
import type { Logger } from "../../core/base/index.ts";
import type { EgressProxy } from "../../core/turns/index.ts";
import { createOutbound } from "../../outbound/outbound.ts";
import { type Lookup, lookupWithSystem } from "../../outbound/reach/find-addresses.ts";
import { createCertificateAuthority } from "./certificate/certificate-authority.ts";
import { greetMcpServer } from "./greet-mcp-server.ts";
import { defaultLimits, type EgressLimits } from "./limits.ts";
import { openEgressServer } from "./open-egress-server.ts";
import { problemOfWebhookUrl, sendWebhook } from "./send-webhook.ts";

export interface EgressProxyOptions {
  readonly log: Logger;
  /** `host` or `host:port`: these may lead to private addresses, when a policy allows them. */
  readonly privateHosts: readonly string[];
  /** All addresses of a name. Without it: the machine's resolver. */
  readonly lookup?: Lookup;
  /** PEM, trusted besides what the machine trusts, for the hosts of bound secrets. */
  readonly upstreamCa?: readonly string[];
  readonly limits?: Partial<EgressLimits>;
}

/** The way out for HTTP and TLS. Throws `invalid_input` for a private host that cannot be read. */
export function createEgressProxy(options: EgressProxyOptions): EgressProxy {
  const { log, upstreamCa } = options;
  const privateHosts = options.privateHosts.map(parseEgressRule);
  const lookup = options.lookup ?? lookupWithSystem;
  const limits = { ...defaultLimits, ...options.limits };
  const ca = upstreamCa === undefined ? undefined : [...getCACertificates("default"), ...upstreamCa];
  const outbound = createOutbound({
    log,
    privateHosts: options.privateHosts,
    lookup,
    ...(upstreamCa && { extraCa: upstreamCa }),
  });
  return {
    openEgress: (input) => openEgressServer({ ...input, log, privateHosts, lookup, limits, ca }),
    createCertificateAuthority,
    greetMcpServer: (server, signal) => greetMcpServer(server, outbound, signal),
    sendWebhook: (request, signal) => sendWebhook(request, outbound, signal),
    problemOfWebhookUrl: (url) => problemOfWebhookUrl(url, privateHosts),
  };
}
