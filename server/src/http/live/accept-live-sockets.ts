import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { FastifyInstance } from "fastify";
import { type WebSocket, WebSocketServer } from "ws";
import { hashToken } from "../../core/api-key/create-api-key.ts";
import { AppError } from "../../core/errors.ts";
import type { LiveKind, LiveTicket } from "../../core/live/live-ticket.ts";
import type { Ports } from "../../core/ports/index.ts";
import type { FailedAuthentications } from "../admission/failed-authentications.ts";
import { type LiveLimits, LiveSocket } from "./live-socket.ts";
import { maxStallMs } from "./pump-events.ts";
import { serveChanges } from "./serve-changes.ts";
import { serveSubscriptions } from "./serve-subscriptions.ts";

const maxFrameBytes = 16 * 1024;
const maxTicketLength = 200;
const kinds: Readonly<Record<string, LiveKind>> = {
  "/v1/live": "live",
  "/v1/sessions/live": "sessions",
  "/v1/messages/live": "messages",
};

export const defaultLiveLimits: LiveLimits = { heartbeatMs: 15_000, stallMs: maxStallMs };

export interface LiveOptions {
  readonly ports: Pick<Ports, "store" | "clock" | "log">;
  readonly prefixes: readonly string[];
  readonly failures: FailedAuthentications;
  readonly limits: LiveLimits;
}

/** What the server may upgrade: WebSockets at the live paths. An upgrade to anything else is left out, as RFC 9110 (7.8) allows. */
export function isLiveUpgrade(
  request: Pick<IncomingMessage, "headers" | "url">,
  prefixes: readonly string[],
): boolean {
  return request.headers.upgrade?.toLowerCase() === "websocket" && kindOf(request, prefixes) !== null;
}

/** Opens live connections for their tickets, and closes them with the server. */
export function acceptLiveSockets(app: FastifyInstance, options: LiveOptions): void {
  const { prefixes } = options;
  const acceptor = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
  });
  const open = new Set<LiveSocket>();
  app.server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const kind = kindOf(request, prefixes);
    if (kind === null) return;
    acceptor.handleUpgrade(request, stream, head, (socket: WebSocket) => {
      const live = new LiveSocket(socket);
      open.add(live);
      live.signal.addEventListener("abort", () => open.delete(live), { once: true });
      begin(options, { live, kind, request });
    });
  });
  app.addHook("preClose", async () => {
    for (const live of open) live.leave();
  });
}

interface Arrival {
  readonly live: LiveSocket;
  readonly kind: LiveKind;
  readonly request: IncomingMessage;
}

type WorkFrame = (text: string) => Promise<void>;

function begin(options: LiveOptions, arrival: Arrival): void {
  const { live } = arrival;
  const admitted = Promise.withResolvers<LiveTicket>();
  // What a client says before it was let in waits until it is.
  const working = serve(options, arrival, admitted.resolve);
  let ticket: LiveTicket | null = null;
  void admitted.promise.then((one) => {
    ticket = one;
  });
  live.work({
    onFrame: async (text) => (await working)(text),
    isStillAllowed: async () => ticket === null || askWhetherAllowed(options.ports, ticket),
    heartbeatMs: options.limits.heartbeatMs,
    heartbeatFrame: arrival.kind === "live" ? '{"type":"heartbeat"}' : null,
  });
}

/** Returns what works the client's frames. */
async function serve(
  { ports, failures, limits: { stallMs } }: LiveOptions,
  { live, kind, request }: Arrival,
  onAdmitted: (ticket: LiveTicket) => void,
): Promise<WorkFrame> {
  try {
    const ticket = await takeTicket(ports, failures, { kind, request });
    onAdmitted(ticket);
    if (kind === "live" || ticket.sessionId === null) {
      live.answer({ type: "ready" });
      const { organizationId, apiKeyId } = ticket;
      const userId = await ports.store.apiKeys.userOf(apiKeyId);
      if (userId === null) throw new AppError("unauthenticated", "The key of the ticket is gone.");
      return serveSubscriptions(ports, { viewer: { organizationId, userId }, socket: live, stallMs });
    }
    void serveChanges(ports, live, { kind, sessionId: ticket.sessionId, stallMs });
    return async () => live.refuse("This connection only tells; send nothing.");
  } catch (cause) {
    if (cause instanceof AppError && (cause.code === "unauthenticated" || cause.code === "rate_limited"))
      live.refuse(cause.message);
    else {
      ports.log.warn({ err: cause }, "a live connection could not begin");
      live.refuse("The connection cannot begin at the moment; make another ticket and try again.");
    }
    return async () => {};
  }
}

async function takeTicket(
  { store, clock }: LiveOptions["ports"],
  failures: FailedAuthentications,
  { kind, request }: Omit<Arrival, "live">,
): Promise<LiveTicket> {
  const address = request.socket.remoteAddress ?? "";
  const token = new URL(request.url ?? "", "http://x").searchParams.get("ticket") ?? "";
  const hash = hashToken(token);
  const refusal = failures.refusal(address, hash.toString("hex"));
  if (refusal !== null) throw refusal.error;
  const isTicket = token !== "" && token.length <= maxTicketLength;
  const ticket = isTicket ? await store.liveTickets.take(kind, hash, clock.now()) : null;
  if (ticket !== null) return ticket;
  failures.noteBad(address);
  throw new AppError("unauthenticated", "The ticket is unknown, used or expired; make another one.");
}

/** The database may be away for a moment; only a revoked key is refused. */
async function askWhetherAllowed(
  { store, log }: LiveOptions["ports"],
  { apiKeyId }: LiveTicket,
): Promise<boolean> {
  try {
    return await store.apiKeys.isGood(apiKeyId);
  } catch (cause) {
    log.warn({ err: cause }, "a live connection's key could not be looked up");
    return true;
  }
}

function kindOf({ url = "" }: Pick<IncomingMessage, "url">, prefixes: readonly string[]): LiveKind | null {
  const [path = ""] = url.split("?", 1);
  for (const prefix of prefixes) {
    const kind = path.startsWith(prefix) ? kinds[path.slice(prefix.length)] : undefined;
    if (kind !== undefined) return kind;
  }
  return null;
}
