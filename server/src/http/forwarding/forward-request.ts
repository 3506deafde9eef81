import { once } from "node:events";
import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { type Duplex, pipeline } from "node:stream";
import { AppError } from "../../core/base/index.ts";
import { requestOverConnection } from "../../outbound/request-over-connection.ts";
import { withTimeout } from "../../runtime/with-timeout.ts";
import { knownRequestId, requestIdHeader } from "../request-id.ts";
import { bodyHeaders, endToEndHeaders } from "./forwarded-headers.ts";

const maxHeaderBytes = 32 * 1024;

/** Time to the response headers. Longer than the time that a preview waits for its program. */
const responseTimeoutMs = 6 * 60_000;
/** Time without data in either direction after which a request ends. */
const idleTimeoutMs = 15 * 60_000;

/**
 * Forwards a request over a connection to another process, and its response to the client. Streams both bodies without a
 * buffer. Closes the connection afterwards. Rejects with `conflict` if the process sends no response.
 */
export async function forwardRequest(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  connection: Duplex,
): Promise<void> {
  limitIdleTime(connection, idleTimeoutMs);
  response.once("close", () => connection.destroy());
  const upstream = startRequest(request, connection, { ...bodyHeaders(request), connection: "keep-alive" });
  sendBody(request, upstream);
  const answer = await responseOf(upstream, connection);
  if (response.destroyed || response.headersSent) return void connection.destroy();
  copyHeaders(answer, response);
  response.writeHead(answer.statusCode ?? 502);
  response.flushHeaders();
  pipeline(answer, response, (error) => {
    if (error) response.destroy();
    connection.destroy();
  });
}

/** Starts the same request over the connection, with its ID, and its headers except those for one connection. */
export function startRequest(
  request: IncomingMessage,
  connection: Duplex,
  headers: Readonly<Record<string, string>>,
): ClientRequest {
  const id = knownRequestId(request);
  return requestOverConnection(connection, {
    method: request.method ?? "GET",
    path: request.url ?? "/",
    headers: { ...endToEndHeaders(request), ...(id !== null && { [requestIdHeader]: id }), ...headers },
    maxHeaderBytes,
  });
}

/** Returns the response, or rejects with `conflict` and closes the connection if there is none. */
export async function responseOf(upstream: ClientRequest, connection: Duplex): Promise<IncomingMessage> {
  try {
    const late = () => {
      throw new Error("no response in time");
    };
    const [answer] = await withTimeout(once(upstream, "response"), responseTimeoutMs, late);
    // The response or the connection reports later errors.
    upstream.on("error", () => {});
    return answer as IncomingMessage;
  } catch (cause) {
    connection.destroy();
    throw lostConnection(cause);
  }
}

export const lostConnection = (cause: unknown) =>
  new AppError(
    "conflict",
    "The connection to the machine that this request needs was lost. Try again in a moment.",
    { cause },
  );

export function limitIdleTime(connection: Duplex, ms: number): void {
  if ("setTimeout" in connection && typeof connection.setTimeout === "function")
    connection.setTimeout(ms, () => connection.destroy());
}

function sendBody(request: IncomingMessage, upstream: ClientRequest): void {
  const hasBody = Object.keys(bodyHeaders(request)).length > 0;
  if (!hasBody) return void upstream.end();
  // Sends the headers before the first part of the body.
  upstream.flushHeaders();
  request.pipe(upstream);
  // The process may respond before it has read the body. The rest is then read and dropped, so that the client still
  // receives the response.
  upstream.once("close", () => {
    request.unpipe(upstream);
    request.resume();
  });
}

/** Copies the headers of a response. Cookies that this server has set remain. */
function copyHeaders(answer: IncomingMessage, response: ServerResponse): void {
  for (const [name, value] of Object.entries({ ...endToEndHeaders(answer), ...bodyHeaders(answer) })) {
    if (name === "set-cookie") response.appendHeader(name, value);
    else response.setHeader(name, value);
  }
}
