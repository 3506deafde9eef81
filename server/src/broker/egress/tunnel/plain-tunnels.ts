import type { Agent, IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { canonicalHost } from "../../../core/access/index.ts";
import { createTunnelAgent } from "../../../outbound/reach/agents.ts";
import type { Reach } from "../../../outbound/reach/reach.ts";
import { parseAuthority, parseOrigin, type Target } from "../../../outbound/reach/target.ts";
import { badRequest, type Refusal } from "../../../outbound/refusal.ts";
import { forward } from "../forward/forward.ts";
import { forwardUpgrade } from "../forward/forward-upgrade.ts";
import type { EgressLimits } from "../limits.ts";
import { refuseRequest, refuseSocket } from "../refusal.ts";

/** Handles plain HTTP inside tunnels. Checks each request separately, because each request has its own `Host` header. */
export interface PlainTunnels {
  /** Takes over the connection of a tunnel after the response to its CONNECT. `upstream` must be connected to the target and unused. */
  serve(client: Socket, upstream: Socket, target: Target): void;
  serves(socket: Socket): boolean;
  answer(request: IncomingMessage, response: ServerResponse): void;
  /** Handles a WebSocket handshake. If the target accepts it, relays bytes in both directions. */
  upgrade(request: IncomingMessage, client: Socket, head: Buffer): void;
}

export interface PlainTunnelsOptions {
  /** Server that parses the requests on the connections that were taken over. */
  readonly server: Server;
  readonly reach: Reach;
  readonly limits: EgressLimits;
}

interface Inner {
  readonly target: Target;
  readonly agent: Agent;
}

export function createPlainTunnels({ server, reach, limits }: PlainTunnelsOptions): PlainTunnels {
  const inners = new WeakMap<Socket, Inner>();
  return {
    serve(client, upstream, target) {
      const agent = createTunnelAgent(reach, upstream);
      client.once("close", () => {
        agent.destroy();
        upstream.destroy();
      });
      inners.set(client, { target, agent });
      server.emit("connection", client);
    },
    serves: (socket) => inners.has(socket),
    answer(request, response) {
      const { target, agent } = inners.get(request.socket)!;
      const decided = decide(request, target, reach);
      if ("refusal" in decided) refuseRequest(response, decided.refusal);
      else
        forward({
          request,
          response,
          target: { ...target, path: decided.path },
          agent,
          defaultPort: 80,
          secretUse: null,
        });
    },
    upgrade(request, client, head) {
      const { target, agent } = inners.get(client)!;
      const decided = decide(request, target, reach);
      if ("refusal" in decided) refuseSocket(client, decided.refusal);
      else
        forwardUpgrade({ request, client, head, target: { ...target, path: decided.path }, agent, limits });
    },
  };
}

/**
 * Returns the path to request, or a refusal if the request contains no path, has more than one `Host` header or names a host that differs from
 * the tunnel's. Reports a denial if the policy does not allow the named host.
 */
function decide(
  request: IncomingMessage,
  target: Target,
  reach: Reach,
): { readonly path: string } | { readonly refusal: Refusal } {
  const path = parseOrigin(request.url!);
  if (path === null) {
    return { refusal: badRequest("Request a path on the host that the tunnel was opened for.") };
  }
  const [named, ...more] = request.headersDistinct.host ?? [];
  if (more.length > 0) return { refusal: badRequest("The request has more than one Host header.") };
  // HTTP/1.0 requires no Host header. The forwarded request contains the target's host.
  if (named === undefined) return { path };
  const asked = parseHost(named, target.port);
  if (asked?.host === target.host && asked.port === target.port) return { path };
  if (asked !== null && reach.isAllowed(asked)) {
    return {
      refusal: badRequest("The Host header does not match the tunnel. Open another tunnel for that host."),
    };
  }
  const denied = asked ?? { host: "(not a host name)", port: target.port };
  return { refusal: reach.deny({ ...denied, reason: "notAllowed" }) };
}

/**
 * Parses a `Host` header (RFC 9110 section 7.2), or returns null if it contains no valid host. Without a port, uses `tunnelPort`, because
 * clients often omit the port even if it is not 80.
 */
function parseHost(text: string, tunnelPort: number): Target | null {
  const withPort = parseAuthority(text);
  if (withPort !== null) return withPort;
  const host = canonicalHost(text);
  return host === null ? null : { host, port: tunnelPort };
}
