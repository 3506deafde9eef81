import type { Agent, IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { BoundSecret } from "../../../core/access/index.ts";
import { createTlsAgent } from "../../../outbound/reach/agents.ts";
import type { Reach } from "../../../outbound/reach/reach.ts";
import { parseOrigin, type Target } from "../../../outbound/reach/target.ts";
import { badRequest, Refusal } from "../../../outbound/refusal.ts";
import type { LeafCertificates } from "../certificate/leaf-certificates.ts";
import { forward } from "../forward/forward.ts";
import type { EgressLimits } from "../limits.ts";
import { refuseRequest } from "../refusal.ts";
import { secretUseFor } from "../secret/secret-use.ts";
import { peekFirstBytes } from "./peek.ts";
import { established, isServerNameAllowed } from "./tunnel.ts";

/** Acts as the hosts of header injection rules. Terminates the connections that clients open to these hosts with CONNECT. */
export interface Terminator {
  /**
   * Responds to the CONNECT and inspects the client's first bytes. Returns true in these cases:
   * - It took over the connection, because the client uses TLS, or because the host may receive the secret without TLS.
   * - It closed the connection, because the TLS client requests a host that is not allowed, or because `peekFirstBytes` returned null.
   *
   * Otherwise, returns false, and the caller must relay the connection without the secret.
   */
  take(client: Socket, target: Target): Promise<boolean>;
  serves(socket: Socket): boolean;
  answer(request: IncomingMessage, response: ServerResponse): void;
}

export interface TerminatorOptions {
  /** Server that parses the requests on the connections that were taken over. */
  readonly server: Server;
  readonly secrets: readonly BoundSecret[];
  readonly certificates: LeafCertificates | null;
  readonly reach: Reach;
  readonly limits: EgressLimits;
  readonly ca: readonly string[] | undefined;
  readonly plainAgent: Agent;
  /** True if a secret may be sent to the target without TLS. */
  isPlainTrusted(target: Target): boolean;
}

interface Inner {
  readonly target: Target;
  readonly agent: Agent;
  readonly defaultPort: number;
}

export function createTerminator(options: TerminatorOptions): Terminator {
  const { server, secrets, certificates, reach, limits, ca, plainAgent, isPlainTrusted } = options;
  const inners = new WeakMap<Socket, Inner>();
  const serve = (socket: Socket, inner: Inner) => {
    inners.set(socket, inner);
    server.emit("connection", socket);
  };
  return {
    async take(client, target) {
      client.write(established);
      const first = await peekFirstBytes(client, limits);
      if (first === null) {
        client.destroy();
        return true;
      }
      if (first.kind !== "tls") {
        if (!isPlainTrusted(target)) return false;
        serve(client, { target, agent: plainAgent, defaultPort: 80 });
        return true;
      }
      if (!isServerNameAllowed(first.serverName, target, reach)) {
        client.destroy();
        return true;
      }
      const secure = new TLSSocket(client, {
        isServer: true,
        secureContext: certificates!.contextFor(target.host),
        ALPNProtocols: ["http/1.1"],
      });
      const late = setTimeout(() => client.destroy(), limits.headersMs);
      secure.on("error", () => client.destroy());
      secure.once("close", () => clearTimeout(late));
      secure.once("secure", () => {
        clearTimeout(late);
        const agent = createTlsAgent(reach, ca, limits.connectMs);
        secure.once("close", () => agent.destroy());
        serve(secure, { target, agent, defaultPort: 443 });
      });
      return true;
    },
    serves: (socket) => inners.has(socket),
    answer(request, response) {
      const { target, agent, defaultPort } = inners.get(request.socket)!;
      const path = parseOrigin(request.url!);
      const refusal = refuseInner(request, path);
      if (refusal !== null) refuseRequest(response, refusal);
      else
        forward({
          request,
          response,
          target: { ...target, path: path! },
          agent,
          defaultPort,
          secretUse: secretUseFor(secrets, target, request.headers),
        });
    },
  };
}

function refuseInner(request: IncomingMessage, path: string | null): Refusal | null {
  if (path === null) return badRequest("Request a path on the host that the tunnel was opened for.");
  // The response to TRACE would contain the request's own headers.
  if (request.method === "TRACE")
    return new Refusal(
      405,
      "Method Not Allowed",
      "TRACE is not forwarded to a host that has a header injection rule.",
    );
  if (/\bwebsocket\b/i.test(request.headers.upgrade ?? "")) {
    return new Refusal(
      501,
      "Tembo: no WebSocket to this host",
      "This host has a header injection rule, which applies to HTTP requests only. WebSocket is not available.",
    );
  }
  return null;
}
