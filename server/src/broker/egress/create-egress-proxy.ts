import { getCACertificates } from "node:tls";
import { parseEgressRule } from "../../core/access/index.ts";
import { ignoreMeasurements, type Logger, type Measure } from "../../core/base/index.ts";
import type { EgressProxy } from "../../core/turns/index.ts";
import { createOutbound } from "../../outbound/outbound.ts";
import { type Lookup, lookupWithSystem } from "../../outbound/reach/find-addresses.ts";
import type { RequestLease } from "../hold-requests.ts";
import { createCertificateAuthority } from "./certificate/certificate-authority.ts";
import { greetMcpServer } from "./greet-mcp-server.ts";
import { defaultLimits, type EgressLimits } from "./limits.ts";
import { openEgressServer } from "./open-egress-server.ts";
import { problemOfWebhookUrl, sendWebhook } from "./send-webhook.ts";

export interface EgressProxyOptions {
  readonly log: Logger;
  /** Hosts, as `host` or `host:port`, that may resolve to private addresses if a policy allows them. */
  readonly privateHosts: readonly string[];
  /** Resolves a name to all its addresses. Defaults to the machine's resolver. */
  readonly lookup?: Lookup;
  /**
   * PEM certificates to trust in addition to the machine's certificates, for the hosts of header injection rules, for webhooks and for MCP
   * servers that the server itself contacts.
   */
  readonly upstreamCa?: readonly string[];
  readonly limits?: Partial<EgressLimits>;
  readonly lease?: RequestLease;
  readonly measure?: Measure;
}

/** Creates the egress proxy for HTTP and TLS. Throws `invalid_input` if a private host cannot be parsed. */
export function createEgressProxy(options: EgressProxyOptions): EgressProxy {
  const { log, upstreamCa, lease, measure = ignoreMeasurements } = options;
  const privateHosts = options.privateHosts.map(parseEgressRule);
  const lookup = options.lookup ?? lookupWithSystem;
  const limits = { ...defaultLimits, ...options.limits };
  const ca = upstreamCa === undefined ? undefined : [...getCACertificates("default"), ...upstreamCa];
  const outbound = createOutbound({
    log,
    privateHosts: options.privateHosts,
    lookup,
    ...(upstreamCa && { extraCa: upstreamCa }),
    ...(lease && { lease }),
  });
  return {
    openEgress: (input) =>
      openEgressServer({ ...input, log, privateHosts, lookup, limits, ca, lease, measure }),
    createCertificateAuthority,
    greetMcpServer: (server, signal) => greetMcpServer(server, outbound, signal),
    sendWebhook: (request, signal) => sendWebhook(request, outbound, signal),
    problemOfWebhookUrl: (url) => problemOfWebhookUrl(url, privateHosts),
  };
}
