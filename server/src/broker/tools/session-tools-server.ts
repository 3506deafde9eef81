import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { AppError, type Logger } from "../../core/base/index.ts";
import type {
  BrokerEndpoint,
  CallableTools,
  ForwardedSocket,
  SessionToolsServer,
} from "../../core/turns/index.ts";
import { settlesWithin } from "../../runtime/with-timeout.ts";
import type { RequestLease } from "../hold-requests.ts";
import { refusePage } from "../refuse-page.ts";
import { serveForwarded } from "../serve-forwarded.ts";
import { parse, Refusal, readBody, send } from "./exchange.ts";
import { serveMcp } from "./serve-mcp.ts";

/**
 * Maximum number of concurrent requests. This is sufficient for many programs that each run one command. Further requests are rejected, not
 * queued.
 */
const maxCalls = 16;
const maxConnections = 64;
const headersWithinMs = 10_000;
const requestWithinMs = 60_000;
const closesWithinMs = 10_000;

/**
 * Creates the servers for sessions' tools. Any client that can connect to a session's socket can call all of the session's tools, and nothing
 * else.
 */
export function createSessionToolsServer(options: SessionToolsOptions): SessionToolsServer {
  return { openTools: ({ tools, ...socket }) => open(socket, tools, options) };
}

export interface SessionToolsOptions {
  readonly log: Logger;
  readonly lease?: RequestLease;
}

async function open(
  socket: ForwardedSocket,
  tools: CallableTools,
  { log, lease }: SessionToolsOptions,
): Promise<BrokerEndpoint> {
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  const server = createServer(
    { headersTimeout: headersWithinMs, requestTimeout: requestWithinMs },
    (request, response) => {
      if (refusePage(request, response)) return;
      const gone = new AbortController();
      response.once("close", () => gone.abort());
      const signal = AbortSignal.any([gone.signal, closing.signal]);
      const served = serve(request, response, {
        tools,
        log,
        isFull: running.size >= maxCalls,
        signal,
      }).finally(() => running.delete(served));
      running.add(served);
    },
  );
  const closeSocket = await serveForwarded(server, socket, maxConnections, lease);
  return {
    async close() {
      closing.abort();
      await closeSocket();
      // Each call was aborted. A call that hangs nevertheless must not block the turn.
      if (!(await settlesWithin(Promise.all(running), closesWithinMs)))
        log.error(
          { running: running.size },
          "session tool calls are still running after their endpoint was closed",
        );
    },
  };
}

interface Serving {
  readonly tools: CallableTools;
  readonly log: Logger;
  readonly isFull: boolean;
  readonly signal: AbortSignal;
}

/** Serves one request completely. Never rejects. The signal aborts the request if the client disconnects or the server closes. */
async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { tools, log, isFull, signal }: Serving,
): Promise<void> {
  try {
    if (isFull)
      throw new Refusal(
        429,
        `${maxCalls} tool calls are already running, which is the limit. Wait until one has finished.`,
      );
    const { pathname } = new URL(request.url ?? "/", "http://tools");
    if (pathname === "/mcp") return await serveMcp(request, response, { tools, log, signal });
    if (request.method === "GET" && pathname === "/tools") return send(response, 200, { tools: tools.views });
    const name = /^\/tools\/([A-Za-z_]{1,100})$/.exec(pathname)?.[1];
    if (request.method !== "POST" || name === undefined)
      throw new Refusal(404, 'This endpoint serves only session tools. "GET /tools" lists them.');
    const result = await tools.call(name, parse(await readBody(request)), signal);
    send(response, 200, { result });
  } catch (cause) {
    request.resume();
    if (signal.aborted || response.headersSent) return void response.destroy();
    if (cause instanceof Refusal) return send(response, cause.status, { error: cause.message });
    if (cause instanceof AppError && cause.code !== "internal")
      return send(response, 422, { error: cause.message });
    log.error({ err: cause, url: request.url }, "a session tool failed unexpectedly");
    send(response, 500, { error: "The tool failed. Try again, or check the server's log for the reason." });
  }
}
