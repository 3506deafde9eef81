import { AppError } from "../core/base/index.ts";
import type { OutboundFetch } from "../outbound/fetch/outbound-fetch.ts";

const maxRedirects = 3;
const maxShown = 200;

export interface JsonRequest {
  /** Without it, GET. */
  readonly method?: "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the base URL, with its leading slash, encoded; or a URL of the same origin, as paging gives. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The end of "could not": "open the pull request in acme/app". */
  readonly what: string;
  /** Statuses that are an answer and no failure. */
  readonly answers?: readonly number[];
  readonly signal?: AbortSignal;
}

/**
 * One request. It is followed to other addresses of the same origin; to another origin only for a text, and then without
 * the credential, and never from a public host to a private one. Throws `forge_failed` for every other redirect, and what `fetch` throws.
 */
export async function fetchForge(input: {
  readonly forge: string;
  readonly baseUrl: string;
  readonly request: JsonRequest;
  /** The value of the Authorization header. */
  readonly token: string | null;
  /** Asks for a part of a text, as the Range header has it. */
  readonly range: string | null;
  readonly signal: AbortSignal;
  readonly fetch: OutboundFetch;
}): Promise<Response> {
  const { forge, baseUrl, request, token, range, signal, fetch } = input;
  let url = addressOf(baseUrl, request);
  const { origin, protocol } = url;
  let from = url;
  for (let redirects = 0; ; redirects++) {
    const headers = new Headers({
      accept: range === null ? "application/json" : "*/*",
      "user-agent": "tembo",
    });
    // What the forge sends on to (a store of logs) has its own signature in the URL and must not see ours.
    if (token !== null && url.origin === origin) headers.set("authorization", token);
    if (request.body !== undefined) headers.set("content-type", "application/json");
    if (range !== null) headers.set("range", range);
    const response = await fetch(url, {
      method: request.method ?? "GET",
      headers,
      body: request.body === undefined ? null : JSON.stringify(request.body),
      redirect: "manual",
      signal,
      // Each answer counts for itself: a private forge may name a public store of logs, and that no private host.
      ...(url.origin !== from.origin && { namedBy: from }),
    });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    from = url;
    url = redirectTarget(URL.parse(location, url.href), response.status);
    if (redirects >= maxRedirects) throw refused(`sends the request in circles, last to ${url.host}`);
  }

  function redirectTarget(target: URL | null, status: number): URL {
    if (target === null) throw refused("sends the request on to no address");
    const keepsMethod = request.method === undefined || status === 307 || status === 308;
    const isText = range !== null && (target.protocol === "https:" || target.protocol === protocol);
    if ((target.origin === origin && keepsMethod) || isText) return target;
    throw refused(`sends the request on to ${placeOf(target)}`);
  }

  function refused(what: string): AppError {
    return new AppError(
      "forge_failed",
      `${forge} could not ${request.what}: ${baseUrl} ${what}. Give the integration the address it really has.`,
    );
  }
}

function addressOf(baseUrl: string, { path, query }: JsonRequest): URL {
  const url = URL.parse(path.startsWith("/") ? baseUrl + path : path);
  if (url === null || url.origin !== new URL(baseUrl).origin) {
    throw new AppError(
      "forge_failed",
      url === null
        ? `The forge names ${JSON.stringify(path.slice(0, maxShown))} as its next page, which is no URL.`
        : `The forge names ${placeOf(url)} as its next page, which is another host.`,
    );
  }
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(key, String(value));
  }
  return url;
}

/** The origin, or the scheme of a URL that has none. */
const placeOf = ({ host, origin, protocol }: URL) => (host === "" ? `"${protocol}"` : origin);
