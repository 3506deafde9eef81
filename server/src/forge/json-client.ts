import type { z } from "zod";
import { AppError, type Logger, reason, rootReason } from "../core/base/index.ts";
import { ForgeOutage } from "../core/forges/index.ts";
import type { OutboundFetch } from "../outbound/fetch/outbound-fetch.ts";
import { type Backoff, backoffMs } from "../runtime/backoff.ts";
import { readTail } from "../runtime/read-bounded.ts";
import { retry } from "../runtime/retry.ts";
import { hasTooManyItems, maxItems } from "./count-items.ts";
import { forgeError } from "./forge-error.ts";
import { fetchForge, type JsonRequest } from "./forge-fetch.ts";
import { parseJson, rateLimitReset, readText } from "./http-answer.ts";

const timeoutMs = 30_000;
const maxAnswerBytes = 16 * 1024 * 1024;
const maxRefusalBytes = 1024 * 1024;
/** Maximum number of pages of a list. A longer list counts as endless and results in an error. */
const maxPages = 1000;
const maxTries = 3;
const backoff: Backoff = { firstMs: 200, maxMs: 800, factor: 4 };
const maxRateWaitMs = 5_000;

export interface JsonClientOptions {
  /** Display name of the forge, from its descriptor. */
  readonly forge: string;
  /** Base URL without a trailing slash. */
  readonly baseUrl: string;
  /**
   * Returns the value of the `Authorization` header, or null to send none. After a 401 response, `isRefused` is true. The function then returns
   * a newer value, or null if there is none.
   */
  authorization(isRefused: boolean): Promise<string | null>;
  /** Returns the forge's message from the body of an error response. */
  words(body: unknown): string;
  readonly log: Logger;
  readonly fetch: OutboundFetch;
  /** Tests replace this function. */
  wait?(ms: number): Promise<unknown>;
}

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed body. It is undefined for an empty body, and for text if `answers` contains the status. */
  readonly body: unknown;
}

/**
 * Client for JSON over HTTP with one forge and one credential. Sends reads up to three times after network errors and server errors. After a
 * 401 response, retries once with a newer credential. After a rate limit that resets within five seconds, retries any request once. Throws a
 * `forgeError` for every other error response.
 */
export interface JsonClient {
  send(request: JsonRequest): Promise<JsonAnswer>;
  /** Sends a request and parses the response. Throws `forge_failed` if the response does not match the schema. */
  read<T>(shape: z.ZodType<T>, request: JsonRequest): Promise<T>;
  /** Parses a response from `send`. Throws `forge_failed` if the response does not match the schema. */
  take<T>(shape: z.ZodType<T>, request: JsonRequest, answer: JsonAnswer): T;
  /** Sends a request and parses the response. Returns null if the resource does not exist (404). */
  find<T>(shape: z.ZodType<T>, request: JsonRequest): Promise<T | null>;
  /** Yields the pages of a list, and requests each page only when it is needed. `next` returns null after the last page. */
  pages<T>(
    shape: z.ZodType<T>,
    first: JsonRequest,
    next: (page: T, answer: JsonAnswer) => JsonRequest | null,
  ): AsyncIterable<T>;
  /** Returns the last `maxBytes` of a text, or null if the resource does not exist (404, 410). */
  tail(request: JsonRequest, maxBytes: number): Promise<string | null>;
}

export function createJsonClient(options: JsonClientOptions): JsonClient {
  const { forge, baseUrl, authorization, words, log, fetch, wait } = options;

  async function exchange(request: JsonRequest, range: string | null): Promise<Response> {
    const { what, signal } = request;
    const tries = request.method === undefined ? maxTries : 1;
    let token = await authorization(false);
    let isRefused = false;
    let failures = 0;
    let hasWaited = false;
    const askAgain = (status?: number) => {
      log.warn({ forge, what, status }, "retrying a failed forge request");
      return backoffMs(backoff, failures);
    };
    const ask = () => {
      const signals = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
      return fetchForge({ forge, baseUrl, request, token, range, signal: AbortSignal.any(signals), fetch });
    };
    return retry(ask, {
      signal,
      ...(wait && { wait }),
      afterError(cause) {
        if (cause instanceof AppError) return null;
        failures += 1;
        if (failures < tries) return askAgain();
        throw new ForgeOutage(
          `${forge} could not ${what}: ${baseUrl} does not respond (${rootReason(cause)}). Check the URL and the network.`,
          { cause },
        );
      },
      async afterResult(response) {
        const { status } = response;
        if (status >= 500) failures += 1;
        if (status >= 500 && failures < tries) {
          await response.body?.cancel();
          return askAgain(status);
        }
        if (status === 401 && !isRefused) {
          isRefused = true;
          const newer = await authorization(true);
          if (newer !== null) {
            token = newer;
            await response.body?.cancel();
            return 0;
          }
        }
        const resetAt = rateLimitReset(response);
        const waitMs = resetAt === null ? null : resetAt.getTime() - Date.now();
        if (waitMs === null || waitMs > maxRateWaitMs || hasWaited) return null;
        hasWaited = true;
        await response.body?.cancel();
        return Math.max(0, waitMs);
      },
    });
  }

  async function fail(request: JsonRequest, response: Response): Promise<never> {
    const { status } = response;
    const refusal = { forge, what: request.what, status, resetAt: rateLimitReset(response) };
    let text: string;
    try {
      text = await readText(response, maxRefusalBytes);
    } catch (cause) {
      throw forgeError({ ...refusal, words: "" }, cause);
    }
    const body = parseJson(text);
    throw forgeError({ ...refusal, words: body === undefined ? "" : words(body) });
  }

  async function send(request: JsonRequest): Promise<JsonAnswer> {
    const response = await exchange(request, null);
    const { status, headers } = response;
    const isAnswer = request.answers?.includes(status) === true;
    if (!response.ok && !isAnswer) return fail(request, response);
    const text = await bodyOf(request, response);
    const body = parseJson(text);
    if (body === undefined && text.trim() !== "" && !isAnswer) throw unexpected(request, "not JSON");
    return { status, headers, body };
  }

  async function bodyOf(request: JsonRequest, response: Response): Promise<string> {
    try {
      return await readText(response, maxAnswerBytes);
    } catch (cause) {
      request.signal?.throwIfAborted();
      throw unexpected(request, reason(cause), cause);
    }
  }

  const unexpected = (request: JsonRequest, what: string, cause?: unknown) =>
    new AppError(
      "forge_failed",
      `${forge} could not ${request.what}: its response has an unexpected format (${what.slice(0, 300)}). Check that ${baseUrl} is its API URL.`,
      cause === undefined ? undefined : { cause },
    );

  function shaped<T>(shape: z.ZodType<T>, request: JsonRequest, body: unknown): T {
    if (hasTooManyItems(body)) throw unexpected(request, `it has more than ${maxItems} list items`);
    const result = shape.safeParse(body);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw unexpected(request, `${issue?.path.join(".")}: ${issue?.message}`, result.error);
  }

  return {
    send,

    async read(shape, request) {
      return shaped(shape, request, (await send(request)).body);
    },

    take: (shape, request, { body }) => shaped(shape, request, body),

    async find(shape, request) {
      const { status, body } = await send({ ...request, answers: [...(request.answers ?? []), 404] });
      return status === 404 ? null : shaped(shape, request, body);
    },

    async *pages(shape, first, next) {
      let pages = 0;
      for (let request: JsonRequest | null = first; request !== null; ) {
        pages += 1;
        if (pages > maxPages) throw unexpected(request, `its list has more than ${maxPages} pages`);
        const answer: JsonAnswer = await send(request);
        const page = shaped(shape, request, answer.body);
        yield page;
        request = next(page, answer);
      }
    },

    async tail(request, maxBytes) {
      const response = await exchange(request, `bytes=-${maxBytes}`);
      const { status } = response;
      if (status === 404 || status === 410 || status === 416) await response.body?.cancel();
      if (status === 404 || status === 410) return null;
      if (status === 416) return "";
      if (!response.ok) return fail(request, response);
      try {
        return await readTail(response.body, { maxBytes });
      } catch (cause) {
        request.signal?.throwIfAborted();
        throw unexpected(request, reason(cause), cause);
      }
    },
  };
}
