import { AppError, rootReason, withReason } from "../../../core/base/index.ts";
import { ForgeOutage } from "../../../core/forges/index.ts";
import type { OutboundFetch } from "../../../outbound/fetch/outbound-fetch.ts";
import { readBounded } from "../../../runtime/read-bounded.ts";
import { retry } from "../../../runtime/retry.ts";
import { GitlabRefusal, readErrorText } from "./gitlab-refusal.ts";
import { nextPageQuery } from "./next-page.ts";

const timeoutMs = 30_000;
const longestWaitMs = 5_000;
const maxAnswerBytes = 32 * 1024 * 1024;
const maxRedirects = 3;

type QueryValue = string | number | boolean | readonly string[] | undefined;

/** Request with GitLab's own field names. */
export interface GitlabRequest {
  /** Defaults to GET. */
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Encoded path relative to the API's URL, without a leading slash. See `apiPath`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, QueryValue>> | URLSearchParams;
  /** Body, sent as JSON. */
  readonly body?: Readonly<Record<string, unknown>>;
}

export interface GitlabAnswer {
  readonly headers: Headers;
  /** Parsed body, or null if the body is empty. */
  readonly body: unknown;
  /** Query of the next page of a list, or null if there is no further page to read (see `nextPageQuery`). */
  readonly nextPage: URLSearchParams | null;
}

export interface GitlabEndpoint {
  /** Base URL with a trailing slash. */
  readonly baseUrl: string;
  readonly fetch: OutboundFetch;
  /** Returns the headers that authenticate a request. */
  authorization(): Promise<Readonly<Record<string, string>>>;
}

/**
 * Sends one request. Retries a read once after status 502, 503 or 504, and any request once after a rate limit that resets within five
 * seconds. Throws a `GitlabRefusal` for every other error response, or `forge_failed` if GitLab does not respond or the response is not JSON.
 */
export async function sendRequest(endpoint: GitlabEndpoint, request: GitlabRequest): Promise<GitlabAnswer> {
  const { url, answer } = await exchange(endpoint, request, async (response) => {
    const body = await readBody(response);
    return { headers: response.headers, body };
  });
  const link = answer.headers.get("link");
  return { ...answer, nextPage: link === null ? null : nextPageQuery(link, url.searchParams) };
}

/** Streams the body of the response. Retries and throws like `sendRequest`. */
export async function openStream(endpoint: GitlabEndpoint, path: string): Promise<Response["body"]> {
  return (await exchange(endpoint, { path }, async ({ body }) => body)).answer;
}

async function exchange<T>(
  endpoint: GitlabEndpoint,
  { method = "GET", path, query = {}, body }: GitlabRequest,
  read: (response: Response) => Promise<T>,
): Promise<{ readonly url: URL; readonly answer: T }> {
  const { baseUrl, fetch } = endpoint;
  const url = new URL(path, baseUrl);
  if (url.origin !== new URL(baseUrl).origin)
    throw new AppError(
      "forge_failed",
      `GitLab returned a next-page link to a different host (${url.origin}). Check the URL in GitLab's own configuration.`,
    );
  url.search = formatQuery(query);
  const headers = {
    accept: "application/json",
    ...(await endpoint.authorization()),
    ...(body !== undefined && { "content-type": "application/json" }),
  };
  const init = { method, headers, body: body === undefined ? null : JSON.stringify(body) };
  const sendOnce = async () => {
    const response = await follow(fetch, url, init);
    if (response.ok) return { url, answer: await read(response) };
    const words = wordsOfText(response, await readText(response));
    const resetAt = response.status === 429 ? resetOf(response.headers) : null;
    throw new GitlabRefusal(response.status, words, resetAt);
  };
  return retry(sendOnce, {
    afterError: (cause, { number }) =>
      number === 1 && cause instanceof GitlabRefusal ? waitBefore(cause.status, method, cause.resetAt) : null,
  });
}

/** Returns the delay in milliseconds before the single retry, or null if there is no retry. */
function waitBefore(status: number, method: string, resetAt: Date | null): number | null {
  if (resetAt !== null) {
    const waitMs = Math.max(0, resetAt.getTime() - Date.now());
    return waitMs <= longestWaitMs ? waitMs : null;
  }
  return method === "GET" && [502, 503, 504].includes(status) ? 500 : null;
}

/**
 * Returns the time when a rate limit resets. Reads `Retry-After`, in seconds, or otherwise `RateLimit-Reset`, in seconds since 1970. If
 * both are missing, assumes one minute, GitLab's usual window.
 */
function resetOf(headers: Headers): Date {
  const afterSeconds = Number(headers.get("retry-after") ?? Number.NaN);
  if (Number.isFinite(afterSeconds)) return new Date(Date.now() + afterSeconds * 1000);
  const atSeconds = Number(headers.get("ratelimit-reset") ?? Number.NaN);
  return new Date(Number.isFinite(atSeconds) ? atSeconds * 1000 : Date.now() + 60_000);
}

interface Sent {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

/** Follows up to three redirects for reads, but only within the same origin, because the token must not be sent to another host. */
async function follow(fetch: OutboundFetch, url: URL, init: Sent) {
  for (let hops = 0; ; hops++) {
    const response = await fetchOnce(fetch, url, init);
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    const next = URL.parse(location, url.href);
    if (next === null || next.origin !== url.origin || init.method !== "GET" || hops >= maxRedirects) {
      throw new AppError(
        "forge_failed",
        `GitLab at ${url.origin} redirects to ${next === null ? "an invalid URL" : (next.host === "" ? next.protocol : next.origin) + next.pathname}. Set the integration's forge URL to a URL that does not redirect.`,
      );
    }
    url = next;
  }
}

async function fetchOnce(fetch: OutboundFetch, url: URL, init: Sent): Promise<Response> {
  return fromNetwork(url.origin, fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) }));
}

/** Converts network errors to `forge_failed`, including errors in the middle of a response. */
export async function fromNetwork<T>(origin: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof AppError || cause instanceof GitlabRefusal) throw cause;
    throw new ForgeOutage(
      `${withReason(`GitLab at ${origin} does not respond`, rootReason(cause))} Check the integration's forge URL and the network.`,
      { cause },
    );
  }
}

async function readBody(response: Response): Promise<unknown> {
  const text = await readText(response);
  if (text === "") return null;
  if (!isJson(response)) {
    throw new AppError(
      "forge_failed",
      `${new URL(response.url).origin} returned a web page instead of JSON. Check the integration's API URL, which ends in "/api/v4".`,
    );
  }
  return parseJson(text, response.status);
}

async function readText(response: Response): Promise<string> {
  const { body } = response;
  if (body === null) return "";
  const tooLong = () =>
    new AppError(
      "forge_failed",
      `GitLab's response exceeds the limit of ${maxAnswerBytes} bytes. If the integration's forge URL is correct, the requested object is too large for Tembo.`,
    );
  const bytes = await fromNetwork(new URL(response.url).origin, readBounded(body, maxAnswerBytes, tooLong));
  return bytes.toString("utf8");
}

const isJson = (response: Response) =>
  (response.headers.get("content-type") ?? "").startsWith("application/json");

function parseJson(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError(
      "forge_failed",
      withReason(`GitLab's response (status ${status}) is not JSON`, cause),
      {
        cause,
      },
    );
  }
}

/** Returns GitLab's message in an error response. GitLab sends errors as JSON. Responses from other services are never repeated. */
function wordsOfText(response: Response, text: string): string {
  return isJson(response) ? readErrorText(parseJson(text, response.status)) : "";
}

/** Encodes each value as a single path segment: apiPath`projects/${"acme/app"}` is "projects/acme%2Fapp". */
export const apiPath = (parts: TemplateStringsArray, ...values: readonly (string | number)[]): string =>
  String.raw({ raw: parts }, ...values.map(encodeURIComponent));

/** Formats a query for GitLab. A list becomes `name[]=`, repeated for each value. */
export function formatQuery(query: NonNullable<GitlabRequest["query"]>): string {
  if (query instanceof URLSearchParams) return query.toString();
  const formatted = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === "object") for (const one of value) formatted.append(`${name}[]`, one);
    else if (value !== undefined) formatted.append(name, String(value));
  }
  return formatted.toString();
}
