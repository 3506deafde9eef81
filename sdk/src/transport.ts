import { decideRetry } from "./request/decide-retry.ts";
import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
  errorOfResponse,
  TemboError,
} from "./errors.ts";
import type { ClientSettings, RequestOptions } from "./options.ts";
import type { Runtime } from "./runtime.ts";
import { version } from "./version.ts";

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Begins with a slash; parameters already encoded (`pathOf`). */
  readonly path: string;
  readonly query?: object | undefined;
  readonly body?: unknown;
  /** Sent as they are, in place of a JSON body. */
  readonly bytes?: { readonly content: Uint8Array<ArrayBuffer>; readonly mediaType: string };
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends requests to the server: what every resource is built on. */
export interface Transport {
  /** The JSON of the answer. Retries as `decideRetry` says; throws an `APIError`. */
  json<T>(request: ApiRequest, options?: RequestOptions): Promise<T>;
  /** One attempt, its body unread. `signal` ends the request and the reading of its body. Throws an `APIError`. */
  open(request: ApiRequest, signal: AbortSignal): Promise<Response>;
}

export function createTransport(settings: ClientSettings, runtime: Runtime): Transport {
  return {
    async json<T>(request: ApiRequest, options: RequestOptions = {}): Promise<T> {
      const maxRetries = options.maxRetries ?? settings.maxRetries;
      for (let retriesDone = 0; ; retriesDone++) {
        try {
          return await attemptJson<T>(settings, runtime, request, options);
        } catch (error) {
          if (!(error instanceof APIError) || error instanceof APIUserAbortError) throw error;
          const decision = decideRetry(
            { status: error.status, headers: error.headers, retriesDone },
            maxRetries,
            { now: runtime.now(), random: runtime.random() },
          );
          if (!decision.isRetried) throw error;
          await runtime.sleep(decision.delayMs, options.signal);
        }
      }
    },
    open(request, signal) {
      return send(settings, request, {}, signal);
    },
  };
}

/** A path with its parameters encoded, so that none of them can leave its segment. */
export function pathOf(strings: TemplateStringsArray, ...parameters: string[]): string {
  return String.raw({ raw: strings }, ...parameters.map(encodeSegment));
}

function encodeSegment(value: string): string {
  // A URL parser takes dots for steps in the path, encoded or not.
  if (value === "" || value === "." || value === "..") {
    throw new TemboError(`${JSON.stringify(value)} is no id: pass one that the server gave.`);
  }
  return encodeURIComponent(value);
}

async function attemptJson<T>(
  settings: ClientSettings,
  runtime: Runtime,
  request: ApiRequest,
  options: RequestOptions,
): Promise<T> {
  if (options.signal?.aborted) throw new APIUserAbortError(options.signal.reason);
  const timeout = options.timeout ?? settings.timeout;
  const ender = new AbortController();
  let isTimedOut = false;
  const cancelTimer = runtime.after(timeout, () => {
    isTimedOut = true;
    ender.abort();
  });
  const onAbort = () => ender.abort(options.signal?.reason);
  options.signal?.addEventListener("abort", onAbort);
  try {
    const response = await send(settings, request, options.headers ?? {}, ender.signal);
    return parseJson<T>(response.status, await readText(response));
  } catch (error) {
    if (options.signal?.aborted) throw new APIUserAbortError(options.signal.reason);
    if (isTimedOut) {
      throw new APIConnectionTimeoutError(`${settings.baseURL} did not answer within ${timeout} ms.`, error);
    }
    throw error;
  } finally {
    cancelTimer();
    options.signal?.removeEventListener("abort", onAbort);
  }
}

async function send(
  settings: ClientSettings,
  request: ApiRequest,
  extraHeaders: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  const headers = new Headers({
    accept: "application/json",
    "user-agent": `tembo-sdk/${version}`,
    ...settings.defaultHeaders,
  });
  headers.set("authorization", `Bearer ${settings.apiKey}`);
  for (const [name, value] of Object.entries({ ...request.headers, ...extraHeaders }))
    headers.set(name, value);
  const init: RequestInit = { method: request.method, headers, signal };
  if (request.body !== undefined) {
    headers.set("content-type", "application/json");
    init.body = JSON.stringify(request.body);
  }
  if (request.bytes !== undefined) {
    headers.set("content-type", request.bytes.mediaType);
    init.body = request.bytes.content;
  }
  let response: Response;
  try {
    response = await settings.fetch(settings.baseURL + request.path + queryString(request.query), init);
  } catch (cause) {
    throw new APIConnectionError(`No answer from ${settings.baseURL}: ${deepestReason(cause)}.`, cause);
  }
  if (response.ok) return response;
  throw errorOfResponse(response.status, response.headers, await readText(response));
}

function queryString(query: object | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) parameters.append(name, String(one));
    }
  }
  return parameters.size === 0 ? "" : `?${parameters}`;
}

async function readText(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw new APIConnectionError(`The answer broke off: ${deepestReason(cause)}.`, cause);
  }
}

function parseJson<T>(status: number, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new APIError(
      status,
      text,
      "The answer is no JSON: the base URL seems to lead to something other than Tembo.",
      { cause },
    );
  }
}

/** fetch says only "fetch failed"; what happened stands in the innermost cause. */
function deepestReason(cause: unknown): string {
  let innermost = cause;
  for (let depth = 0; depth < 5; depth++) {
    if (!(innermost instanceof Error) || innermost.cause === undefined) break;
    innermost = innermost.cause;
  }
  if (innermost instanceof AggregateError) innermost = innermost.errors[0];
  return innermost instanceof Error ? innermost.message : String(innermost);
}
