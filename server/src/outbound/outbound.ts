import type { Agent, ClientRequest, RequestOptions } from "node:http";
import { request as sendPlain } from "node:http";
import { request as sendTls } from "node:https";
import type { Socket } from "node:net";
import { getCACertificates } from "node:tls";
import { type EgressRule, parseEgressRule } from "../core/access/index.ts";
import type { Logger, WorkerLease } from "../core/base/index.ts";
import { createFetch, type OutboundFetch } from "./fetch/outbound-fetch.ts";
import { createKeptAgent } from "./kept-agent.ts";
import { createFindAddresses, type Lookup, lookupWithSystem } from "./reach/find-addresses.ts";
import { createReach, type Reach } from "./reach/reach.ts";
import type { Target } from "./reach/target.ts";
import { recordConnections } from "./record-connections.ts";

/**
 * Client for every request that the server itself sends. It connects only to public addresses, and to private addresses of hosts that the
 * operator lists. For each connection, it resolves the name once and uses the checked address.
 */
export interface Outbound {
  readonly fetch: OutboundFetch;
  /**
   * Opens a request, for streamed bodies. Without an agent, uses a separate connection. The request emits an error if the address is denied.
   * Waits until this process may act. Rejects with the signal's reason if the signal aborts first.
   */
  request(url: URL, options?: OutboundRequest): Promise<ClientRequest>;
  /**
   * Opens a connection for a protocol other than HTTP. Waits until this process may act. Rejects with a `Refusal` if the
   * address is denied or cannot be reached, or with the signal's reason if the signal aborts.
   */
  connect(target: Target, signal: AbortSignal): Promise<Socket>;
  /** PEM certificates to trust for such a connection, or undefined to trust those of the machine. */
  readonly ca: readonly string[] | undefined;
  /** Returns an agent that reuses its connections. The caller destroys it. */
  createAgent(protocol: "http:" | "https:"): Agent;
  readonly reach: Reach;
  readonly privateHosts: readonly EgressRule[];
  /** Returns a client that also permits the exact host and port of a URL that the operator has configured. */
  trusting(url: string): Outbound;
}

export type OutboundRequest = Pick<RequestOptions, "method" | "headers" | "timeout"> & {
  /** Path to send literally instead of the URL's path. */
  readonly path?: string;
  readonly signal?: AbortSignal;
  /** Agent from `createAgent` for the URL's protocol. */
  readonly agent?: Agent;
};

export interface OutboundOptions {
  readonly log: Logger;
  /** Hosts, as `host` or `host:port`, that may resolve to private addresses. */
  readonly privateHosts: readonly string[];
  /** Resolves a name to all its addresses. Defaults to the machine's resolver. */
  readonly lookup?: Lookup;
  /** PEM certificates to trust in addition to the machine's certificates. */
  readonly extraCa?: readonly string[];
  /** Lease without which nothing is sent. If absent, the process always may act. */
  readonly lease?: Pick<WorkerLease, "whenValid">;
}

const limits = { lookups: 4, lookupMs: 10_000, connectMs: 10_000 };

/** Creates the server's client. Throws `invalid_input` if a private host cannot be parsed. */
export function createOutbound(options: OutboundOptions): Outbound {
  const { log, lookup = lookupWithSystem, extraCa, lease } = options;
  const privateHosts = options.privateHosts.map(parseEgressRule);
  const ca = extraCa === undefined ? undefined : [...getCACertificates("default"), ...extraCa];
  const reach = recordConnections(
    createReach({
      isAllowed: () => true,
      findAddresses: createFindAddresses({ privateHosts, lookup, ...limits }),
      connectMs: limits.connectMs,
      onDenied: () => {},
    }),
    log,
  );
  const single = {
    "http:": createKeptAgent(reach, "http:", { keepAlive: false, ca }),
    "https:": createKeptAgent(reach, "https:", { keepAlive: false, ca }),
  };
  return {
    fetch: createFetch({ reach, ca, privateHosts, lease }),
    request: async (url, { agent, ...rest } = {}) => {
      await lease?.whenValid(rest.signal);
      const isTls = url.protocol === "https:";
      const used = agent ?? single[isTls ? "https:" : "http:"];
      return (isTls ? sendTls : sendPlain)(url, { ...rest, agent: used });
    },
    connect: async (target, signal) => {
      await lease?.whenValid(signal);
      return reach.connect(target, signal);
    },
    ca,
    createAgent: (protocol) => createKeptAgent(reach, protocol, { keepAlive: true, ca }),
    reach,
    privateHosts,
    trusting: (url) =>
      createOutbound({ ...options, privateHosts: [...options.privateHosts, hostAndPort(new URL(url))] }),
  };
}

function hostAndPort({ protocol, hostname, port }: URL): string {
  return `${hostname}:${port === "" ? (protocol === "https:" ? 443 : 80) : port}`;
}
