import type { Projects } from "@gitbeaker/rest";
import { AppError, reason } from "../../../core/base/index.ts";
import type { OutboundFetch } from "../../../outbound/fetch/outbound-fetch.ts";
import { readBounded } from "../../../runtime/read-bounded.ts";
import { retry } from "../../../runtime/retry.ts";
import { GitlabRefusal, wordsOf } from "./gitlab-refusal.ts";
import { nextPageLink } from "./next-page.ts";

const timeoutMs = 30_000;
const longestWaitMs = 5_000;
const maxAnswerBytes = 32 * 1024 * 1024;
const maxRedirects = 3;

type RequesterFn = NonNullable<ConstructorParameters<typeof Projects>[0]["requesterFn"]>;
type ResourceOptions = Parameters<RequesterFn>[0];
type Requester = ReturnType<RequesterFn>;
interface Asked {
  readonly body?: unknown;
  readonly searchParams?: Record<string, unknown>;
  readonly asStream?: boolean;
}

/**
 * How the client library sends its requests here. Its own way tries ten times, waits as often, reads answers of any size and
 * sends the token along when it is redirected elsewhere; this one does none of that.
 */
export const createRequester =
  (fetch: OutboundFetch) =>
  (resource: ResourceOptions): Requester => {
    const by = (method: string) => async (endpoint: string, asked?: unknown) => {
      const answer = await send({ fetch, resource, method }, endpoint, (asked ?? {}) as Asked);
      return answer as never;
    };
    return {
      get: by("GET"),
      post: by("POST"),
      put: by("PUT"),
      patch: by("PATCH"),
      delete: by("DELETE"),
    };
  };

interface Sender {
  readonly fetch: OutboundFetch;
  readonly resource: ResourceOptions;
  readonly method: string;
}

async function send({ fetch, resource, method }: Sender, endpoint: string, asked: Asked) {
  const url = new URL(endpoint, resource.url.endsWith("/") ? resource.url : `${resource.url}/`);
  if (url.origin !== new URL(resource.url).origin)
    throw new AppError("forge_failed", `GitLab names ${url.origin} as its next page, which is another host.`);
  url.search = formatQuery(asked.searchParams ?? {});
  const headers = await headersOf(resource, asked);
  const body = isEmpty(asked.body) ? null : JSON.stringify(inSnakeCase(asked.body));
  const sendOnce = async () => {
    const response = await follow(fetch, url, { method, headers, body });
    if (response.ok) return withNextPage(await readAnswer(response, asked.asStream === true), url);
    const words = wordsOfText(response, await readText(response));
    const resetAt = response.status === 429 ? resetOf(response.headers) : null;
    throw new GitlabRefusal(response.status, words, resetAt);
  };
  return retry(sendOnce, {
    afterError: (cause, { number }) =>
      number === 1 && cause instanceof GitlabRefusal ? waitBefore(cause.status, method, cause.resetAt) : null,
  });
}

function withNextPage<T extends { readonly headers: Record<string, string> }>(answer: T, url: URL): T {
  const { link } = answer.headers;
  if (link === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, link: nextPageLink(link, url.searchParams) } };
}

/** How long to wait before the one more try; null for none. */
function waitBefore(status: number, method: string, resetAt: Date | null): number | null {
  if (resetAt !== null) {
    const waitMs = Math.max(0, resetAt.getTime() - Date.now());
    return waitMs <= longestWaitMs ? waitMs : null;
  }
  return method === "GET" && [502, 503, 504].includes(status) ? 500 : null;
}

/** `Retry-After` in seconds, else `RateLimit-Reset` in seconds since 1970; a minute, GitLab's usual window, when it tells neither. */
function resetOf(headers: Headers): Date {
  const afterSeconds = Number(headers.get("retry-after") ?? Number.NaN);
  if (Number.isFinite(afterSeconds)) return new Date(Date.now() + afterSeconds * 1000);
  const atSeconds = Number(headers.get("ratelimit-reset") ?? Number.NaN);
  return new Date(Number.isFinite(atSeconds) ? atSeconds * 1000 : Date.now() + 60_000);
}

/** Redirects within the same origin only, and of reads only: the token must not reach another host. */
interface Sent {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

async function follow(fetch: OutboundFetch, url: URL, init: Sent) {
  for (let hops = 0; ; hops++) {
    const response = await fetchOnce(fetch, url, init);
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    const next = URL.parse(location, url.href);
    if (next === null || next.origin !== url.origin || init.method !== "GET" || hops >= maxRedirects) {
      throw new GitlabRefusal(
        response.status,
        `It redirects to ${next === null ? "no address" : (next.host === "" ? next.protocol : next.origin) + next.pathname}. Give the integration the address that answers itself.`,
      );
    }
    url = next;
  }
}

async function fetchOnce(fetch: OutboundFetch, url: URL, init: Sent): Promise<Response> {
  return fromNetwork(url.origin, fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) }));
}

/** What goes wrong on the way, also in the middle of an answer, as a sentence. */
export async function fromNetwork<T>(origin: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof AppError || cause instanceof GitlabRefusal) throw cause;
    const why = cause instanceof Error && cause.cause !== undefined ? reason(cause.cause) : reason(cause);
    throw new AppError(
      "forge_failed",
      `GitLab at ${origin} does not answer: ${why}. Check the integration's address and that the server reaches it.`,
      { cause },
    );
  }
}

async function readAnswer(response: Response, asStream: boolean) {
  const headers = Object.fromEntries(response.headers.entries());
  const { status } = response;
  if (asStream) return { body: response.body, headers, status };
  const text = await readText(response);
  if (text === "") return { body: null, headers, status };
  if (!isJson(response)) {
    throw new AppError(
      "forge_failed",
      `${new URL(response.url).origin} answers with a page instead of data. Check the integration's API address: it ends in "/api/v4".`,
    );
  }
  return { body: parseJson(text, status), headers, status };
}

async function readText(response: Response): Promise<string> {
  const { body, status } = response;
  if (body === null) return "";
  const tooLong = () => new GitlabRefusal(status, `The answer is longer than ${maxAnswerBytes} bytes.`);
  const bytes = await fromNetwork(new URL(response.url).origin, readBounded(body, maxAnswerBytes, tooLong));
  return bytes.toString("utf8");
}

const isJson = (response: Response) =>
  (response.headers.get("content-type") ?? "").startsWith("application/json");

function parseJson(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("forge_failed", `GitLab's answer (status ${status}) is no JSON: ${reason(cause)}`, {
      cause,
    });
  }
}

/** GitLab refuses in JSON: what another service answers is not repeated. */
function wordsOfText(response: Response, text: string): string {
  return isJson(response) ? wordsOf(parseJson(text, response.status)) : "";
}

async function headersOf(resource: ResourceOptions, { body }: Asked): Promise<Record<string, string>> {
  const headers: Record<string, string> = { ...resource.headers, accept: "application/json" };
  for (const [name, value] of Object.entries(resource.authHeaders)) headers[name] = await value();
  if (!isEmpty(body)) headers["content-type"] = "application/json";
  return headers;
}

const isEmpty = (body: unknown) =>
  body === undefined || body === null || Object.keys(body as object).length === 0;

/** As GitLab reads it: snake_case, lists as `name[]=`. */
export function formatQuery(params: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    const name = snakeCase(key);
    if (Array.isArray(value)) for (const one of value) query.append(`${name}[]`, String(one));
    else if (value !== undefined && value !== null) query.append(name, String(value));
  }
  return query.toString();
}

function inSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inSnakeCase);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [snakeCase(key), inSnakeCase(one)]));
}

const snakeCase = (name: string) => name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
