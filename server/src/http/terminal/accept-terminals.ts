import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { terminalQuery } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { type WebSocket, WebSocketServer } from "ws";
import { hashToken } from "../../core/api-key/create-api-key.ts";
import { AppError } from "../../core/errors.ts";
import type { Ports } from "../../core/ports/index.ts";
import type { TerminalScope, Terminals } from "../../core/terminal/terminals.ts";
import type { FailedAuthentications } from "../admission/failed-authentications.ts";
import { LiveSocket } from "../live/live-socket.ts";
import { serveTerminal } from "./serve-terminal.ts";

const maxFrameBytes = 16 * 1024;
/** Keys that a slow network held back come at once. */
const maxWaitingFrames = 10_000;
const path = /^\/v1\/sessions\/([^/?]+)\/terminal(\?|$)/;

export interface TerminalOptions {
  readonly ports: Pick<Ports, "log">;
  readonly terminals: Terminals;
  readonly prefixes: readonly string[];
  readonly failures: FailedAuthentications;
  readonly heartbeatMs: number;
}

export function isTerminalUpgrade(
  request: Pick<IncomingMessage, "headers" | "url">,
  prefixes: readonly string[],
): boolean {
  return request.headers.upgrade?.toLowerCase() === "websocket" && sessionOf(request, prefixes) !== null;
}

/** Opens terminals for their tickets, and closes them with the server. */
export function acceptTerminals(app: FastifyInstance, options: TerminalOptions): void {
  const acceptor = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
  });
  const open = new Set<LiveSocket>();
  app.server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const sessionId = sessionOf(request, options.prefixes);
    if (sessionId === null) return;
    acceptor.handleUpgrade(request, stream, head, (socket: WebSocket) => {
      const live = new LiveSocket(socket);
      open.add(live);
      live.signal.addEventListener("abort", () => open.delete(live), { once: true });
      begin(options, { live, request, sessionId });
    });
  });
  app.addHook("preClose", async () => {
    for (const live of open) live.leave();
  });
}

interface Arrival {
  readonly live: LiveSocket;
  readonly request: IncomingMessage;
  readonly sessionId: string;
}

function begin(options: TerminalOptions, arrival: Arrival): void {
  const { live } = arrival;
  let scope: TerminalScope | null = null;
  // What a client says before its terminal is open waits until it is.
  const working = serve(options, arrival, (admitted) => {
    scope = admitted;
  });
  live.work({
    onFrame: async (text) => (await working)(text),
    isStillAllowed: async () => scope === null || askWhetherAllowed(options, scope),
    heartbeatMs: options.heartbeatMs,
    heartbeatFrame: '{"type":"heartbeat"}',
    maxWaitingFrames,
  });
}

/** Returns what works the client's frames. */
async function serve(
  { ports, terminals, failures }: TerminalOptions,
  { live, request, sessionId }: Arrival,
  onAdmitted: (scope: TerminalScope) => void,
): Promise<(text: string) => void> {
  try {
    const { ticket, ...size } = readQuery(request);
    const scope = admit({ terminals, failures }, { request, ticket, sessionId });
    onAdmitted(scope);
    return serveTerminal(live, await terminals.open(scope, size, live.signal), ports.log);
  } catch (cause) {
    if (cause instanceof AppError && toldCodes.has(cause.code)) {
      live.answer({ type: "error", code: cause.code, error: cause.message });
      live.refuse(cause.message);
    } else {
      ports.log.warn({ err: cause, sessionId }, "a terminal could not be opened");
      live.refuse("The terminal cannot be opened at the moment; make another ticket and try again.");
    }
    return () => {};
  }
}

const toldCodes: ReadonlySet<string> = new Set([
  "unauthenticated",
  "rate_limited",
  "conflict",
  "invalid_input",
]);

function readQuery(request: IncomingMessage) {
  const { searchParams } = new URL(request.url ?? "", "http://x");
  const query = terminalQuery.safeParse(Object.fromEntries(searchParams));
  if (query.success) return query.data;
  throw new AppError("invalid_input", "Give a ticket, and rows and columns from 1 to 1000.");
}

function admit(
  { terminals, failures }: Pick<TerminalOptions, "terminals" | "failures">,
  {
    request,
    ticket,
    sessionId,
  }: { readonly request: IncomingMessage; readonly ticket: string; readonly sessionId: string },
): TerminalScope {
  const address = request.socket.remoteAddress ?? "";
  const refusal = failures.refusal(address, hashToken(ticket).toString("hex"));
  if (refusal !== null) throw refusal.error;
  const scope = terminals.take(ticket);
  if (scope?.sessionId === sessionId) return scope;
  failures.noteBad(address);
  throw new AppError(
    "unauthenticated",
    "The ticket is unknown, used or expired, or of another server; make another one.",
  );
}

/** The database may be away for a moment; only who was let in no more is refused. */
async function askWhetherAllowed(
  { terminals, ports }: TerminalOptions,
  scope: TerminalScope,
): Promise<boolean> {
  try {
    return await terminals.isStillAllowed(scope);
  } catch (cause) {
    ports.log.warn({ err: cause }, "whether a terminal may go on could not be looked up");
    return true;
  }
}

function sessionOf({ url = "" }: Pick<IncomingMessage, "url">, prefixes: readonly string[]): string | null {
  for (const prefix of prefixes) {
    const found = url.startsWith(prefix) ? path.exec(url.slice(prefix.length)) : null;
    if (found !== null) return found[1]!;
  }
  return null;
}
