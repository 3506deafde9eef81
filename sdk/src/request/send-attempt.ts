import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
  errorOfResponse,
} from "../errors.ts";
import type { ClientSettings } from "../options.ts";
import type { Runtime } from "../runtime.ts";
import { version } from "../version.ts";
import { withReason } from "../with-reason.ts";
import type { APIAnswer } from "./api-promise.ts";
import type { ApiRequest } from "./api-request.ts";

interface Attempt {
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends a request once and parses the JSON response. Throws an `APIError` on failure. */
export async function sendForJson<T>(
  settings: ClientSettings,
  runtime: Runtime,
  request: ApiRequest,
  { timeout, signal, headers }: Attempt,
): Promise<APIAnswer<T>> {
  if (signal?.aborted) throw new APIUserAbortError(signal.reason);
  const ender = new AbortController();
  let isTimedOut = false;
  const cancelTimer = runtime.after(timeout, () => {
    isTimedOut = true;
    ender.abort();
  });
  const onAbort = () => ender.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  try {
    const response = await send(settings, request, headers, ender.signal);
    const data = parseJson<T>(response, await readText(response));
    return { data, response, requestID: response.headers.get("x-request-id") };
  } catch (error) {
    if (signal?.aborted) throw new APIUserAbortError(signal.reason);
    if (isTimedOut)
      throw new APIConnectionTimeoutError(`${settings.baseURL} did not respond within ${timeout} ms.`, error);
    throw error;
  } finally {
    cancelTimer();
    signal?.removeEventListener("abort", onAbort);
  }
}

/** Sends a request once and returns the response without reading its body. Throws an `APIError` on failure. */
export async function send(
  settings: ClientSettings,
  request: ApiRequest,
  extraHeaders: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  const headers = new Headers({
    accept: "application/json",
    // Keeps the browser's user agent in a page, because users recognize their sign-ins by it.
    ...(settings.apiKey !== null && { "user-agent": `tembo-sdk/${version}` }),
    // Only a page that the server serves can send this header. It shows the server that the request comes from such a
    // page.
    ...(settings.apiKey === null && { "x-tembo-page": settings.pageSecret() ?? "1" }),
    ...settings.defaultHeaders,
  });
  if (settings.apiKey !== null) headers.set("authorization", `Bearer ${settings.apiKey}`);
  for (const [name, value] of Object.entries({ ...request.headers, ...extraHeaders }))
    headers.set(name, value);
  const init: RequestInit = {
    method: request.method,
    headers,
    signal,
    ...(settings.apiKey === null && { credentials: "same-origin" }),
  };
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
    throw new APIConnectionError(
      withReason(`No response from ${settings.baseURL}`, deepestReason(cause)),
      cause,
    );
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
    throw new APIConnectionError(
      withReason("The connection was lost during the response", deepestReason(cause)),
      cause,
    );
  }
}

function parseJson<T>({ status, headers }: Response, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new APIError(
      status,
      text,
      "The response is not JSON. Check that the base URL points to a Tembo server.",
      { headers, cause },
    );
  }
}

/** Returns the message of the innermost cause, because fetch's own message is only "fetch failed". */
function deepestReason(cause: unknown): string {
  let innermost = cause;
  for (let depth = 0; depth < 5; depth++) {
    if (!(innermost instanceof Error) || innermost.cause === undefined) break;
    innermost = innermost.cause;
  }
  if (innermost instanceof AggregateError) innermost = innermost.errors[0];
  return innermost instanceof Error ? innermost.message : String(innermost);
}
