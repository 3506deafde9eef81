import { APIError, APIUserAbortError, TemboError } from "./errors.ts";
import type { WebSocketLike } from "./live/web-socket.ts";
import type { ClientSettings, RequestOptions } from "./options.ts";
import { type APIAnswer, APIPromise } from "./request/api-promise.ts";
import type { ApiRequest } from "./request/api-request.ts";
import { decideRetry } from "./request/decide-retry.ts";
import { createIdempotencyKey, isRepeatable } from "./request/idempotency.ts";
import { type PagePromise, requestPage } from "./request/page.ts";
import { send, sendForJson } from "./request/send-attempt.ts";
import type { Runtime } from "./runtime.ts";

/** Sends requests to the server. Every resource uses a transport. */
export interface Transport {
  /** Resolves with the JSON of the response. Retries as `decideRetry` determines. Rejects with an `APIError`. */
  json<T>(request: ApiRequest, options?: RequestOptions): APIPromise<T>;
  /** Resolves with a page of a list. The page can request the next page. Retries and rejects like `json`. */
  page<List>(request: ApiRequest, options?: RequestOptions): PagePromise<List>;
  /**
   * Sends the request once and returns the response without reading its body. `signal` aborts the request and the
   * reading of the response body. Throws an `APIError`.
   */
  open(request: ApiRequest, signal: AbortSignal): Promise<Response>;
  /** Returns a function that opens a WebSocket to a path. Throws `TemboError` if no WebSocket is available. */
  webSockets(): (path: string) => WebSocketLike;
}

export function createTransport(settings: ClientSettings, runtime: Runtime): Transport {
  async function ask<T>(request: ApiRequest, options: RequestOptions): Promise<APIAnswer<T>> {
    const maxRetries = options.maxRetries ?? settings.maxRetries;
    const headers = headersOf(request, options, maxRetries);
    const attempt = { timeout: options.timeout ?? settings.timeout, signal: options.signal, headers };
    for (let retriesDone = 0; ; retriesDone++) {
      try {
        return await sendForJson<T>(settings, runtime, request, attempt);
      } catch (error) {
        if (!(error instanceof APIError) || error instanceof APIUserAbortError) throw error;
        const decision = decideRetry(
          {
            status: error.status,
            headers: error.headers,
            retriesDone,
            isRepeatable: isRepeatable(request.method, headers),
          },
          maxRetries,
          { now: runtime.now(), random: runtime.random() },
        );
        if (!decision.isRetried) throw error;
        settings.onRetry({ error, delayMs: decision.delayMs, retry: retriesDone + 1 });
        await runtime.sleep(decision.delayMs, options.signal);
      }
    }
  }
  return {
    json: <T>(request: ApiRequest, options: RequestOptions = {}) => new APIPromise(ask<T>(request, options)),
    page: <List>(request: ApiRequest, options: RequestOptions = {}) =>
      requestPage<List>(request.query, (query) => ask({ ...request, query }, options)),
    open: (request, signal) => send(settings, request, {}, signal),
    webSockets: () => webSocketsOf(settings),
  };
}

function webSocketsOf({ WebSocket, baseURL }: ClientSettings): (path: string) => WebSocketLike {
  if (WebSocket === undefined) {
    throw new TemboError(
      "No WebSocket implementation is available. Use Node 22 or newer, or pass the WebSocket class of the ws package to new Tembo({ WebSocket }).",
    );
  }
  return (path) => new WebSocket(baseURL.replace(/^http/i, "ws") + path);
}

/**
 * Returns the headers of a request. Adds an idempotency key to a POST request that may be retried, so that the server
 * executes it only once.
 */
function headersOf(
  { method }: ApiRequest,
  { headers = {}, idempotencyKey }: RequestOptions,
  maxRetries: number,
): Record<string, string> {
  if (idempotencyKey !== undefined) return { ...headers, "idempotency-key": idempotencyKey };
  if (method !== "POST" || maxRetries === 0) return headers;
  return { "idempotency-key": createIdempotencyKey(), ...lowerCased(headers) };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/**
 * Builds a path from a template. Encodes each parameter, so that it stays within its path segment. Throws `TemboError`
 * if a parameter is empty, `.` or `..`.
 */
export function pathOf(strings: TemplateStringsArray, ...parameters: string[]): string {
  return String.raw({ raw: strings }, ...parameters.map(encodeSegment));
}

function encodeSegment(value: string): string {
  // URL parsers treat `.` and `..` as relative segments, even if they are percent-encoded.
  if (value === "" || value === "." || value === "..") {
    throw new TemboError(`${JSON.stringify(value)} is not an ID. Pass an ID that the server returned.`);
  }
  return encodeURIComponent(value);
}
