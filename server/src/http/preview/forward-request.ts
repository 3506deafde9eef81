import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import type { ForwardedConnection } from "../../core/turns/index.ts";
import { requestOverConnection } from "../../outbound/request-over-connection.ts";
import { type PreviewOrigins, requestHeaders, responseHeaders } from "./forward-headers.ts";
import { pages, sendPreviewPage } from "./preview-page.ts";

/** Maximum size of the status line and headers of a program's response. */
export const maxProgramHeaderBytes = 32 * 1024;

export interface ForwardLimits {
  /** Time from the request to the program's response headers. Development servers may compile a page first. */
  readonly responseTimeoutMs: number;
  /** Time without data in either direction after which a response ends. */
  readonly idleTimeoutMs: number;
  /** The same for a WebSocket. */
  readonly socketIdleTimeoutMs: number;
  /** Time for which the result of an access check is used again. */
  readonly accessFreshMs: number;
  /** Interval at which the access of an open connection is checked. */
  readonly accessCheckMs: number;
}

export const defaultForwardLimits: ForwardLimits = {
  responseTimeoutMs: 5 * 60_000,
  idleTimeoutMs: 10 * 60_000,
  socketIdleTimeoutMs: 60 * 60_000,
  accessFreshMs: 2_000,
  accessCheckMs: 5_000,
};

/**
 * Forwards a request to the program behind the connection, and its response to the browser. Streams both bodies without
 * a buffer. Closes the connection afterwards. Sends an error page if the program sends no valid response.
 */
export function forwardRequest(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  connection: ForwardedConnection,
  origins: PreviewOrigins,
  limits: ForwardLimits,
): void {
  let upstream: ClientRequest;
  try {
    upstream = requestOverConnection(connection, {
      method: request.method ?? "GET",
      path: request.url ?? "/",
      // Otherwise, a program that responds before it has read the body would reset the connection.
      headers: { ...requestHeaders(request.headersDistinct, origins), connection: "keep-alive" },
      maxHeaderBytes: maxProgramHeaderBytes,
    });
  } catch (cause) {
    connection.destroy();
    if (!(cause instanceof TypeError)) throw cause;
    return void sendPreviewPage(request, response, pages.badRequest);
  }
  const fail = (page: typeof pages.badResponse | typeof pages.late) => {
    connection.destroy();
    if (response.writableEnded) return;
    if (response.headersSent) response.destroy();
    else sendPreviewPage(request, response, page);
  };
  const late = setTimeout(() => fail(pages.late), limits.responseTimeoutMs);
  connection.setTimeout(limits.idleTimeoutMs, () => connection.destroy());
  connection.once("close", () => {
    clearTimeout(late);
    if (!response.headersSent) fail(pages.badResponse);
  });
  // The browser has left, or the response is complete. The connection serves only this request.
  response.once("close", () => connection.destroy());
  upstream.on("error", () => fail(pages.badResponse));
  // The browser did not request a change of the protocol.
  upstream.on("upgrade", () => fail(pages.badResponse));
  upstream.once("response", (answer) => {
    clearTimeout(late);
    if (!startResponse(response, answer, origins)) return fail(pages.badResponse);
    pipeline(answer, response, (error) => {
      if (error) response.destroy();
    });
  });
  const hasBody =
    request.headers["transfer-encoding"] !== undefined || request.headers["content-length"] !== undefined;
  if (!hasBody) return void upstream.end();
  // Sends the headers before the first part of the body.
  upstream.flushHeaders();
  request.pipe(upstream);
  // A program may respond before it has read the body. The rest is then read and dropped, so that the browser still
  // receives the response.
  upstream.once("close", () => {
    request.unpipe(upstream);
    request.resume();
  });
}

/** Sends the status and the headers. Returns false if they are not valid. */
export function startResponse(
  response: ServerResponse,
  answer: IncomingMessage,
  origins: PreviewOrigins,
): boolean {
  const status = answer.statusCode ?? 0;
  if (response.headersSent || response.destroyed || status < 200 || status > 599) return false;
  try {
    for (const [name, value] of Object.entries(responseHeaders(answer.headersDistinct, origins)))
      response.setHeader(name, value);
    // The program's reason phrase is not forwarded. Clients ignore it (RFC 9112, section 4).
    response.writeHead(status);
    response.flushHeaders();
    return true;
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    return false;
  }
}
