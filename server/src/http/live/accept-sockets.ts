import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { FastifyInstance } from "fastify";
import { type WebSocket, WebSocketServer } from "ws";
import { hashToken } from "../../core/accounts/index.ts";
import { AppError, type ErrorCode, type Logger, withFields } from "../../core/base/index.ts";
import { isAccessRefusal } from "../../core/sessions/index.ts";
import { endSocket } from "../../runtime/end-socket.ts";
import { onAbort } from "../../runtime/on-abort.ts";
import type { FailedAuthentications } from "../admission/failed-authentications.ts";
import { forwardTicket } from "../forwarding/forward-ticket.ts";
import type { Forwarding } from "../forwarding/forwarding.ts";
import { LiveSocket } from "./live-socket.ts";

const maxFrameBytes = 16 * 1024;
const maxTicketLength = 200;

/** Returns the purpose of a path, or null if the path belongs to another endpoint. The path excludes the prefix and the query. */
export type SocketEndpoint = (path: string) => SocketPurpose | null;

/** Kind of connection that a ticket in the query opens. */
export interface SocketPurpose {
  /**
   * Redeems a ticket, which is valid only once. Returns null if the ticket is unknown, used, expired or for another purpose. An error closes the
   * connection with a message for the client.
   */
  readonly take: (ticket: string) => Promise<Admitted | null>;
  /**
   * Returns the session whose process issued the ticket, if another process may have issued it. Otherwise, returns null.
   * Absent if every process can redeem every ticket.
   */
  readonly elsewhere?: (ticket: string) => string | null;
  /** Message for a client without a valid ticket. */
  readonly badTicket: string;
  /** If true, the server also sends an expected refusal as a frame, `{type: "error", code, error}`, for clients that distinguish the reasons. */
  readonly hasErrorFrames: boolean;
  /** Frame to send at every heartbeat, for clients that cannot see pings, such as browsers, or null to send none. */
  readonly heartbeatFrame: string | null;
  /** Maximum number of client frames in the queue. */
  readonly maxWaitingFrames: number;
}

export interface Admitted {
  /**
   * Starts the connection and returns the handler for the client's frames, which is called for one frame at a time. An error of either closes the
   * connection with a message for the client.
   */
  readonly serve: (live: LiveSocket, query: URLSearchParams) => Promise<WorkFrame>;
  /** Called at every change and every heartbeat. Throws `unauthenticated` or `not_found` if the client has lost access. */
  readonly requireAllowed: () => Promise<void>;
  /** Yields whenever the result of `requireAllowed` may have changed. */
  readonly changes: (signal: AbortSignal) => AsyncIterable<void>;
}

export type WorkFrame = (text: string) => void | Promise<void>;

export interface SocketOptions {
  readonly find: SocketFinder;
  /** Serves the WebSockets of other host names, which need no ticket. */
  readonly elsewhere: {
    owns(request: IncomingMessage): boolean;
    serveSocket(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  };
  /** Connections to the other processes of the installation. */
  readonly forwarding: Forwarding;
  /** Returns an error message if the request's `Host` does not belong to this server, or null if it does. */
  readonly refuseHost: (request: IncomingMessage) => string | null;
  readonly clientAddress: (request: IncomingMessage) => string;
  readonly failures: FailedAuthentications;
  /** Returns the ID of a request, which is the same at each call. */
  readonly requestId: (request: IncomingMessage) => string;
  readonly log: Logger;
  readonly heartbeatMs: number;
}

/** Returns the purpose of a request's URL, or null if no WebSocket is served there. */
export type SocketFinder = (url: string) => SocketPurpose | null;

export function createSocketFinder(
  prefixes: readonly string[],
  endpoints: readonly SocketEndpoint[],
): SocketFinder {
  return (url) => {
    const [path = ""] = url.split("?", 1);
    for (const prefix of prefixes.filter((one) => path.startsWith(one))) {
      for (const endpoint of endpoints) {
        const purpose = endpoint(path.slice(prefix.length));
        if (purpose !== null) return purpose;
      }
    }
    return null;
  };
}

/**
 * True if the request is a WebSocket upgrade for a path, or another host name, that serves WebSockets. The server ignores all other upgrades, as RFC 9110 (7.8)
 * allows.
 */
export function isSocketUpgrade(
  request: IncomingMessage,
  find: SocketFinder,
  isElsewhere: (request: IncomingMessage) => boolean,
): boolean {
  const { headers, url = "" } = request;
  return headers.upgrade?.toLowerCase() === "websocket" && (isElsewhere(request) || find(url) !== null);
}

/** Opens connections for valid tickets, and closes the connections when the server closes. */
export function acceptSockets(app: FastifyInstance, options: SocketOptions): void {
  const acceptor = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
  });
  const open = new Set<LiveSocket>();
  app.server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (options.elsewhere.owns(request)) return options.elsewhere.serveSocket(request, stream, head);
    if (options.forwarding.ownsUpgrade(request))
      return options.forwarding.serveUpgrade(request, stream, head);
    const purpose = options.find(request.url ?? "");
    if (purpose === null) return void stream.destroy();
    const logged = {
      ...options,
      log: withFields(options.log, { requestId: options.requestId(request) }),
    };
    const refusal = options.refuseHost(request);
    if (refusal !== null) return endMisdirected(stream, refusal);
    const serveHere = () =>
      acceptor.handleUpgrade(request, stream, head, (socket: WebSocket) => {
        const live = new LiveSocket(socket);
        open.add(live);
        onAbort(live.signal, () => open.delete(live));
        begin(logged, { live, purpose, request });
      });
    const sessionId = purpose.elsewhere?.(ticketOf(request)) ?? null;
    if (sessionId === null) return serveHere();
    void forwardTicket(logged, { request, socket: stream, head }, { sessionId, serveHere });
  });
  app.addHook("preClose", async () => {
    for (const live of open) live.leave();
  });
}

function endMisdirected(stream: Duplex, error: string): void {
  const body = JSON.stringify({ error });
  endSocket(
    stream,
    `HTTP/1.1 421 Misdirected Request\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

interface Arrival {
  readonly live: LiveSocket;
  readonly purpose: SocketPurpose;
  readonly request: IncomingMessage;
}

function begin(options: SocketOptions, arrival: Arrival): void {
  const { live, purpose } = arrival;
  let admitted: Admitted | null = null;
  // Frames that arrive before the client is admitted wait in a queue.
  const working = serve(options, arrival, (one) => {
    admitted = one;
  });
  live.work({
    onFrame: async (text) => {
      try {
        await (await working)(text);
      } catch (cause) {
        refuse(options, arrival, cause);
      }
    },
    whyNotAllowed: async () => admitted && whyNotAllowed(options, admitted),
    heartbeatMs: options.heartbeatMs,
    heartbeatFrame: purpose.heartbeatFrame,
    maxWaitingFrames: purpose.maxWaitingFrames,
  });
}

/** Admits the client and returns the handler for its frames. If this fails, closes the connection and returns a handler that ignores frames. */
async function serve(
  options: SocketOptions,
  arrival: Arrival,
  onAdmitted: (admitted: Admitted) => void,
): Promise<WorkFrame> {
  try {
    const { searchParams } = new URL(arrival.request.url ?? "", "http://x");
    const admitted = await admit(options, arrival, ticketOf(arrival.request));
    onAdmitted(admitted);
    void endWithAccess(options, arrival.live, admitted);
    return await admitted.serve(arrival.live, searchParams);
  } catch (cause) {
    refuse(options, arrival, cause);
    return () => {};
  }
}

const ticketOf = ({ url }: IncomingMessage): string =>
  URL.parse(url ?? "", "http://x")?.searchParams.get("ticket") ?? "";

async function admit(
  { failures, clientAddress }: SocketOptions,
  { request, purpose }: Arrival,
  ticket: string,
): Promise<Admitted> {
  const address = clientAddress(request);
  const refusal = failures.refusal(address, hashToken(ticket).toString("hex"));
  if (refusal !== null) throw refusal.error;
  const isTicket = ticket !== "" && ticket.length <= maxTicketLength;
  const admitted = isTicket ? await purpose.take(ticket) : null;
  if (admitted !== null) return admitted;
  failures.noteBad(address);
  throw new AppError("unauthenticated", purpose.badTicket);
}

const shownCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "unauthenticated",
  "rate_limited",
  "not_found",
  "conflict",
  "invalid_input",
]);

function refuse({ log }: SocketOptions, { live, purpose, request }: Arrival, cause: unknown): void {
  if (cause instanceof AppError && shownCodes.has(cause.code)) {
    if (purpose.hasErrorFrames) live.answer({ type: "error", code: cause.code, error: cause.message });
    live.refuse(cause.message);
  } else {
    const path = request.url?.split("?", 1)[0];
    log.warn({ err: cause, path }, "a WebSocket could not be served");
    live.refuse("The connection cannot continue at the moment. Create a new ticket and try again.");
  }
}

/** Closes the connection when the client loses access. If watching for changes fails, only the heartbeats check access. */
async function endWithAccess(options: SocketOptions, live: LiveSocket, admitted: Admitted): Promise<void> {
  try {
    for await (const _ of admitted.changes(live.signal)) {
      const sentence = await whyNotAllowed(options, admitted);
      if (sentence !== null) live.refuse(sentence);
    }
  } catch (cause) {
    options.log.warn({ err: cause }, "a WebSocket's access is checked only at heartbeats");
  }
}

/**
 * Returns the reason why the client has lost its access, or null if it still has access or this cannot be checked. The database may be temporarily
 * unavailable, so other errors do not disconnect the client.
 */
async function whyNotAllowed({ log }: SocketOptions, admitted: Admitted): Promise<string | null> {
  try {
    await admitted.requireAllowed();
    return null;
  } catch (cause) {
    if (isAccessRefusal(cause)) return cause.message;
    log.warn({ err: cause }, "a WebSocket's access could not be checked");
    return null;
  }
}
