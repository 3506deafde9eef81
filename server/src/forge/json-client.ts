import type { z } from "zod";
import { AppError, type Logger, reason } from "../core/base/index.ts";
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
/** Fifty thousand items and more; a longer list does not end. */
const maxPages = 1000;
const maxTries = 3;
const backoff: Backoff = { firstMs: 200, maxMs: 800, factor: 4 };
const maxRateWaitMs = 5_000;

export interface JsonClientOptions {
  /** As people call it: "GitHub". */
  readonly forge: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** The value of the Authorization header. After a 401 it is asked for a newer one; null when there is none. */
  authorization(isRefused: boolean): Promise<string | null>;
  /** What the body of a refusal says, in the forge's own words. */
  words(body: unknown): string;
  readonly log: Logger;
  readonly fetch: OutboundFetch;
  /** Of tests. */
  wait?(ms: number): Promise<unknown>;
}

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined for an empty one, and for text where `answers` names the status. */
  readonly body: unknown;
}

/**
 * JSON over HTTP with one forge and one credential. Reads are tried three times when the network or the forge fails; a spent
 * rate limit is waited for once, and only up to five seconds. Every other refusal throws, as `forgeError` words it.
 */
export interface JsonClient {
  send(request: JsonRequest): Promise<JsonAnswer>;
  /** The answer in the shape it must have. Throws `forge_failed` when it has another. */
  read<T>(shape: z.ZodType<T>, request: JsonRequest): Promise<T>;
  /** What an answer of `send` holds, in the shape it must have. Throws as `read` does. */
  take<T>(shape: z.ZodType<T>, request: JsonRequest, answer: JsonAnswer): T;
  /** Null for what is not there (404). */
  find<T>(shape: z.ZodType<T>, request: JsonRequest): Promise<T | null>;
  /** Page after page, each asked for when the one before is used up. `next` gives null after the last. */
  pages<T>(
    shape: z.ZodType<T>,
    first: JsonRequest,
    next: (page: T, answer: JsonAnswer) => JsonRequest | null,
  ): AsyncIterable<T>;
  /** The end of a text, at most `maxBytes`; null for what is not there (404, 410). */
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
      log.warn({ forge, what, status }, "asks a forge again that failed");
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
        const told = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
        throw new AppError(
          "forge_failed",
          `${forge} could not ${what}: ${baseUrl} does not answer (${reason(told)}). Check the address and the network.`,
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
    if (body === undefined && text.trim() !== "" && !isAnswer) throw unexpected(request, "no JSON");
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
      `${forge} could not ${request.what}: its answer is not what its API promises (${what.slice(0, 300)}). Check that ${baseUrl} is the address of its API.`,
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
        if (pages > maxPages) throw unexpected(request, `a list of more than ${maxPages} pages`);
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
