import { AppError } from "../core/base/index.ts";
import type { OutboundFetch } from "../outbound/fetch/outbound-fetch.ts";

const maxRedirects = 3;
const maxShown = 200;

export interface JsonRequest {
  /** Defaults to GET. */
  readonly method?: "POST" | "PUT" | "PATCH" | "DELETE";
  /** Encoded path relative to the base URL, with a leading slash, or a URL with the same origin, as in pagination links. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Body, sent as JSON. */
  readonly body?: unknown;
  /** Operation, as a continuation of "could not": "open the pull request in acme/app". */
  readonly what: string;
  /** Error statuses that the client returns instead of throwing an error. */
  readonly answers?: readonly number[];
  readonly signal?: AbortSignal;
}

/**
 * Sends one request. Follows up to three redirects within the same origin, for a write only with status 307 or 308. For text, also follows
 * redirects to other origins, without the credential, and never from HTTPS to HTTP or from a public host to a private host. Throws
 * `forge_failed` for every other redirect and for a `path` with another origin, and passes on the errors from `fetch`.
 */
export async function fetchForge(input: {
  readonly forge: string;
  readonly baseUrl: string;
  readonly request: JsonRequest;
  /** Value of the `Authorization` header, or null to send none. */
  readonly token: string | null;
  /** Value of the `Range` header, to request part of a text, or null to request JSON. */
  readonly range: string | null;
  readonly signal: AbortSignal;
  readonly fetch: OutboundFetch;
}): Promise<Response> {
  const { forge, baseUrl, request, token, range, signal, fetch } = input;
  let url = requestUrl(baseUrl, request);
  const { origin, protocol } = url;
  let from = url;
  for (let redirects = 0; ; redirects++) {
    const headers = new Headers({
      accept: range === null ? "application/json" : "*/*",
      "user-agent": "tembo",
    });
    // The target of a redirect, such as log storage, has its own signature in its URL and must not receive the credential.
    if (token !== null && url.origin === origin) headers.set("authorization", token);
    if (request.body !== undefined) headers.set("content-type", "application/json");
    if (range !== null) headers.set("range", range);
    const response = await fetch(url, {
      method: request.method ?? "GET",
      headers,
      body: request.body === undefined ? null : JSON.stringify(request.body),
      redirect: "manual",
      signal,
      // Each redirect is checked separately. A private forge may redirect to public log storage, but that storage must not redirect to a
      // private host.
      ...(url.origin !== from.origin && { namedBy: from }),
    });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    from = url;
    url = redirectTarget(URL.parse(location, url.href), response.status);
    if (redirects >= maxRedirects) throw refused(`redirects too many times, last to ${url.host}`);
  }

  function redirectTarget(target: URL | null, status: number): URL {
    if (target === null) throw refused("redirects to an invalid URL");
    const keepsMethod = request.method === undefined || status === 307 || status === 308;
    const isText = range !== null && (target.protocol === "https:" || target.protocol === protocol);
    if ((target.origin === origin && keepsMethod) || isText) return target;
    throw refused(`redirects to ${originOrScheme(target)}`);
  }

  function refused(what: string): AppError {
    return new AppError(
      "forge_failed",
      `${forge} could not ${request.what}: ${baseUrl} ${what}. Set the integration's forge URL to a URL that does not redirect.`,
    );
  }
}

function requestUrl(baseUrl: string, { path, query }: JsonRequest): URL {
  const url = URL.parse(path.startsWith("/") ? baseUrl + path : path);
  if (url === null || url.origin !== new URL(baseUrl).origin) {
    throw new AppError(
      "forge_failed",
      url === null
        ? `The forge returned the next-page link ${JSON.stringify(path.slice(0, maxShown))}, which is not a URL. Check the URL in the forge's own configuration.`
        : `The forge returned a next-page link to a different host (${originOrScheme(url)}). Check the URL in the forge's own configuration.`,
    );
  }
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(key, String(value));
  }
  return url;
}

/** Returns the origin of a URL, or its scheme if it has no origin. */
const originOrScheme = ({ host, origin, protocol }: URL) => (host === "" ? `"${protocol}"` : origin);
