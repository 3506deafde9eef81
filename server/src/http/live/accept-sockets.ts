import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { FastifyInstance } from "fastify";
import { type WebSocket, WebSocketServer } from "ws";
import { hashToken } from "../../core/accounts/index.ts";
import { AppError, type ErrorCode, type Logger } from "../../core/base/index.ts";
import { isAccessRefusal } from "../../core/sessions/index.ts";
import { onAbort } from "../../runtime/on-abort.ts";
import type { FailedAuthentications } from "../admission/failed-authentications.ts";
import { LiveSocket } from "./live-socket.ts";

const maxFrameBytes = 16 * 1024;
const maxTicketLength = 200;

/** Says what a path, without its prefix and query, is for; null for a path that is another's. */
export type SocketEndpoint = (path: string) => SocketPurpose | null;

/** One kind of connection, which a ticket in the query opens. */
export interface SocketPurpose {
  /** What the ticket opens, once; null for one that is unknown, used, expired or for something else. Throws what is told. */
  readonly take: (ticket: string) => Promise<Admitted | null>;
  /** To whom brings no good ticket. */
  readonly badTicket: string;
  /** A refusal is a frame too, `{type: "error", code, error}`, for clients that tell their reasons apart. */
  readonly hasErrorFrames: boolean;
  /** Sent at every heartbeat, for clients that are not shown pings, as those of browsers; null for none. */
  readonly heartbeatFrame: string | null;
  /** Frames of the client that may wait to be worked. */
  readonly maxWaitingFrames: number;
}

export interface Admitted {
  /** Begins, and returns what works the client's frames, one after the other. Throws what is told. */
  readonly serve: (live: LiveSocket, query: URLSearchParams) => Promise<WorkFrame>;
  /** Called at every change and every heartbeat. Throws `unauthenticated` or `not_found` when the access has ended. */
  readonly requireAllowed: () => Promise<void>;
  /** Yields when `requireAllowed` may answer differently. */
  readonly changes: (signal: AbortSignal) => AsyncIterable<void>;
}

export type WorkFrame = (text: string) => void | Promise<void>;

export interface SocketOptions {
  readonly find: SocketFinder;
  /** A sentence for a request whose `Host` is not this server's. */
  readonly refuseHost: (request: IncomingMessage) => string | null;
  readonly clientAddress: (request: IncomingMessage) => string;
  readonly failures: FailedAuthentications;
  readonly log: Logger;
  readonly heartbeatMs: number;
}

/** What a request's URL is for; null when it is no WebSocket's. */
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

/** What the server may upgrade: WebSockets where there are some. An upgrade to anything else is left out, as RFC 9110 (7.8) allows. */
export function isSocketUpgrade({ headers, url = "" }: IncomingMessage, find: SocketFinder): boolean {
  return headers.upgrade?.toLowerCase() === "websocket" && find(url) !== null;
}

/** Opens connections for their tickets, and closes them with the server. */
export function acceptSockets(app: FastifyInstance, options: SocketOptions): void {
  const acceptor = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
  });
  const open = new Set<LiveSocket>();
  app.server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const purpose = options.find(request.url ?? "");
    if (purpose === null) return void stream.destroy();
    const refusal = options.refuseHost(request);
    if (refusal !== null) return endMisdirected(stream, refusal);
    acceptor.handleUpgrade(request, stream, head, (socket: WebSocket) => {
      const live = new LiveSocket(socket);
      open.add(live);
      onAbort(live.signal, () => open.delete(live));
      begin(options, { live, purpose, request });
    });
  });
  app.addHook("preClose", async () => {
    for (const live of open) live.leave();
  });
}

function endMisdirected(stream: Duplex, error: string): void {
  const body = JSON.stringify({ error });
  stream.end(
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
  // What a client says before it was let in waits until it is.
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

/** Returns what works the client's frames. */
async function serve(
  options: SocketOptions,
  arrival: Arrival,
  onAdmitted: (admitted: Admitted) => void,
): Promise<WorkFrame> {
  try {
    const { searchParams } = new URL(arrival.request.url ?? "", "http://x");
    const admitted = await admit(options, arrival, searchParams.get("ticket") ?? "");
    onAdmitted(admitted);
    void endWithAccess(options, arrival.live, admitted);
    return await admitted.serve(arrival.live, searchParams);
  } catch (cause) {
    refuse(options, arrival, cause);
    return () => {};
  }
}

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

const toldCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "unauthenticated",
  "rate_limited",
  "not_found",
  "conflict",
  "invalid_input",
]);

function refuse({ log }: SocketOptions, { live, purpose, request }: Arrival, cause: unknown): void {
  if (cause instanceof AppError && toldCodes.has(cause.code)) {
    if (purpose.hasErrorFrames) live.answer({ type: "error", code: cause.code, error: cause.message });
    live.refuse(cause.message);
  } else {
    const path = request.url?.split("?", 1)[0];
    log.warn({ err: cause, path }, "a WebSocket could not be served");
    live.refuse("The connection cannot go on at the moment; make another ticket and try again.");
  }
}

/** A change that cannot be looked up is left to the next heartbeat. */
async function endWithAccess(options: SocketOptions, live: LiveSocket, admitted: Admitted): Promise<void> {
  try {
    for await (const _ of admitted.changes(live.signal)) {
      const sentence = await whyNotAllowed(options, admitted);
      if (sentence !== null) live.refuse(sentence);
    }
  } catch (cause) {
    options.log.warn({ err: cause }, "the access of a WebSocket is checked at heartbeats alone");
  }
}

/** The database may be away for a moment; only who was let in no more is refused. */
async function whyNotAllowed({ log }: SocketOptions, admitted: Admitted): Promise<string | null> {
  try {
    await admitted.requireAllowed();
    return null;
  } catch (cause) {
    if (isAccessRefusal(cause)) return cause.message;
    log.warn({ err: cause }, "whether a WebSocket may go on could not be looked up");
    return null;
  }
}
