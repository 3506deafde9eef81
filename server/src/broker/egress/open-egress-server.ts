import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { decideEgress, type EgressRule } from "../../core/access/index.ts";
import { AppError, type Logger, type Measure } from "../../core/base/index.ts";
import type { BrokerEndpoint, EgressInput, ForwardedSocket } from "../../core/turns/index.ts";
import { createPlainAgent } from "../../outbound/reach/agents.ts";
import { createFindAddresses, isPrivateHost, type Lookup } from "../../outbound/reach/find-addresses.ts";
import { createReach } from "../../outbound/reach/reach.ts";
import { parseAbsolute, parseAuthority, type Target } from "../../outbound/reach/target.ts";
import { badRequest, Refusal } from "../../outbound/refusal.ts";
import type { RequestLease } from "../hold-requests.ts";
import { serveForwarded } from "../serve-forwarded.ts";
import { createLeafCertificates } from "./certificate/leaf-certificates.ts";
import { forward } from "./forward/forward.ts";
import { isWebSocket } from "./forward/forward-upgrade.ts";
import type { EgressLimits } from "./limits.ts";
import { refuseRequest, refuseSocket } from "./refusal.ts";
import { isBound, secretUseFor, validateSecrets } from "./secret/secret-use.ts";
import { createPlainTunnels } from "./tunnel/plain-tunnels.ts";
import { createDirectReader } from "./tunnel/relay.ts";
import { createTerminator } from "./tunnel/terminate.ts";
import { tunnel } from "./tunnel/tunnel.ts";

export interface EgressServerOptions {
  readonly log: Logger;
  readonly privateHosts: readonly EgressRule[];
  readonly lookup: Lookup;
  readonly limits: EgressLimits;
  /** PEM certificates to trust, or undefined to trust the machine's certificates. */
  readonly ca: readonly string[] | undefined;
  readonly lease: RequestLease | undefined;
  readonly measure: Measure;
}

/**
 * Opens one egress proxy: an HTTP/1.1 proxy (RFC 9110 section 9.3.6, RFC 9112 section 3.2) on a forwarded socket. Throws the errors of
 * `validateSecrets`.
 *
 * It has these limitations:
 * - An allowed host that forwards requests provides access to other hosts.
 * - Inside a tunnel, the proxy decrypts the client's TLS only for the hosts of header injection rules. For other hosts, a Host header can
 * therefore request another host on the same server.
 * - A tunnel that begins with neither TLS nor HTTP is not inspected. If the server accepts TLS or HTTP later in the connection, the proxy does
 * not see those requests.
 */
export async function openEgressServer(
  input: ForwardedSocket & EgressInput & EgressServerOptions,
): Promise<BrokerEndpoint> {
  const { policy, secrets, certificateAuthority, privateHosts, lookup, limits, onDenied, log, measure } =
    input;
  validateSecrets(secrets);
  if (secrets.length > 0 && certificateAuthority === null) {
    throw new AppError(
      "internal",
      "An egress proxy with header injection rules needs a certificate authority.",
    );
  }
  const reach = createReach({
    isAllowed: (target) =>
      decideEgress(policy, target.host, target.port) === "allowed" || isBound(secrets, target),
    findAddresses: createFindAddresses({ privateHosts, lookup, ...limits }),
    connectMs: limits.connectMs,
    onDenied: (denial) => {
      measure({ kind: "egressDecided", decision: "denied" });
      onDenied(denial);
    },
    onAllowed: () => measure({ kind: "egressDecided", decision: "allowed" }),
  });
  const certificates = certificateAuthority === null ? null : createLeafCertificates(certificateAuthority);
  const plainAgent = createPlainAgent(reach);
  const isPlainTrusted = (target: Target) => isPrivateHost(privateHosts, target);

  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    noDelay: true,
    shouldUpgradeCallback: (request) => plainTunnels.serves(request.socket) && isWebSocket(request),
  });
  server.timeout = limits.idleMs;
  const terminator = createTerminator({
    server,
    secrets,
    certificates,
    reach,
    limits,
    ca: input.ca,
    plainAgent,
    isPlainTrusted,
  });

  const plainTunnels = createPlainTunnels({ server, reach, limits });

  let inFlight = 0;
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    inFlight += 1;
    response.once("close", () => (inFlight -= 1));
    // A pipelining client can send many requests on a single connection.
    if (inFlight > limits.connections) {
      request.socket.destroy();
      return;
    }
    const inner = [terminator, plainTunnels].find(({ serves }) => serves(request.socket));
    if (inner !== undefined) {
      inner.answer(request, response);
      return;
    }
    const target = parseAbsolute(request.url!);
    if (target === null) {
      refuseRequest(
        response,
        badRequest("This is a proxy. Request an http:// URL, or use CONNECT host:port."),
      );
      return;
    }
    const secretUse =
      isBound(secrets, target) && isPlainTrusted(target)
        ? secretUseFor(secrets, target, request.headers)
        : null;
    forward({ request, response, target, agent: plainAgent, defaultPort: 80, secretUse });
  });

  server.on("upgrade", plainTunnels.upgrade);
  server.on("connect", (request: IncomingMessage, client: Socket, head: Buffer) => {
    client.on("error", () => client.destroy());
    client.setTimeout(limits.idleMs, () => client.destroy());
    const target = parseAuthority(request.url!);
    if (target === null || terminator.serves(client) || plainTunnels.serves(client)) {
      refuseSocket(client, badRequest("CONNECT requires host:port and cannot be used inside a tunnel."));
      return;
    }
    if (head.length > 0) client.unshift(head);
    openTunnel(client, target).catch((error: unknown) => {
      if (error instanceof Refusal) refuseSocket(client, error);
      else if (client.destroyed) return;
      else {
        log.error({ err: error }, "egress tunnel failed");
        client.destroy();
      }
    });
  });

  async function openTunnel(client: Socket, target: Target): Promise<void> {
    const gone = new AbortController();
    client.once("close", () => gone.abort());
    const bound = isBound(secrets, target);
    if (bound && (await terminator.take(client, target))) return;
    const reader = createDirectReader();
    const upstream = await reach.connect(target, gone.signal, reader.onread);
    track(upstream);
    await tunnel({
      client,
      reader,
      upstream,
      target,
      reach,
      limits,
      isEstablished: bound,
      isNameChecked: policy.kind !== "open",
      servePlain: plainTunnels.serve,
    });
  }

  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || socket.writableLength > 0) socket.destroy();
    else refuseSocket(socket, refusalOf(error));
  });

  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  };
  server.on("connection", track);
  const closeSocket = await serveForwarded(server, input, limits.connections, input.lease);
  return {
    async close() {
      for (const socket of sockets) socket.destroy();
      await closeSocket();
    },
  };
}

/** This time exceeds the time for which clients keep a connection open, so that the proxy does not close it while the next request is in transit. */
const keepAliveMs = 75_000;

function refusalOf(error: NodeJS.ErrnoException): Refusal {
  if (error.code === "HPE_HEADER_OVERFLOW") {
    return new Refusal(431, "Request Header Fields Too Large", "The request's headers are too large.");
  }
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return new Refusal(408, "Request Timeout", "The request's headers did not arrive in time.");
  }
  return badRequest("The request is ambiguous or is not valid HTTP/1.1.");
}
