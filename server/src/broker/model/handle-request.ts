import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { reason } from "../../core/errors.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { watchRefusal } from "./describe-refusal.ts";
import { findRoute, type Route } from "./find-route.ts";
import type { GatewayTime } from "./gateway-time.ts";
import { requestHeaders, responseHeaders } from "./headers.ts";
import { inspectBody } from "./inspect-body.ts";
import type { Ledger } from "./ledger.ts";
import type { Prices } from "./prices.ts";
import { type BodyMemory, readBody } from "./read-body.ts";
import type { ToldUsage } from "./read-usage.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { describeStatus, describeUnreachable, type Sent, sendWithRetries } from "./send-with-retries.ts";
import type { Upstream } from "./upstream.ts";
import { watchUsage } from "./watch-usage.ts";

/** What the requests of one gateway share. */
export interface Gateway {
  readonly upstream: Upstream;
  readonly ledger: Ledger;
  readonly prices: Prices;
  readonly memory: BodyMemory;
  readonly time: GatewayTime;
  readonly log: Logger;
  /** Null after a good answer, else a sentence. */
  lastFailure: string | null;
  /** How often a request is sent at most. */
  maxTries: number;
}

export const fullTries = 4;

/**
 * Answers one request: from the provider, streamed chunk by chunk, or with the gateway's own refusal. When one side goes away the
 * other is cut: a stream that merely ended would pass for a complete answer. Resolves when all of it, recording included, is done.
 */
export async function handleRequest(
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const abort = new AbortController();
  response.once("close", () => abort.abort());
  const { family } = gateway.upstream;
  try {
    const refusal = await answer(gateway, request, response, abort.signal);
    if (refusal !== null && !abort.signal.aborted) refuse(response, family, refusal);
  } catch (cause) {
    // The client went away, or the door was closed: nobody is left to be answered.
    if (abort.signal.aborted || request.destroyed) return;
    gateway.log.error({ family, err: cause }, "a request to the model gateway failed");
    response.destroy();
  }
}

async function answer(
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<Refusal | null> {
  const { upstream, memory } = gateway;
  const method = request.method!;
  // Clients ask whether there is anything at all.
  if (request.url === "/" && (method === "GET" || method === "HEAD")) {
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
    return null;
  }
  const route = findRoute(upstream.family, method, request.url!);
  if (route === null) return unknownPath(upstream, request);
  const body = await readBody(request, memory);
  if ("refusal" in body) return body.refusal;
  try {
    const inspected = inspectBody(route, request.headers, body.bytes);
    if ("refusal" in inspected) return inspected.refusal;
    const notAdmitted = await admit(gateway);
    if (notAdmitted !== null) return notAdmitted;
    signal.throwIfAborted();
    const sent = await sendWithRetries(
      {
        ...gateway,
        method,
        target: route.target,
        headers: requestHeaders(request.headers),
        bytes: inspected.bytes,
        onFailure: (sentence) => (gateway.lastFailure = sentence),
      },
      signal,
    );
    body.release();
    noteOutcome(gateway, sent);
    if ("error" in sent) return unreachable(gateway, sent.error);
    await passOn(gateway, { route, model: inspected.model, answer: sent.answer, response });
    return null;
  } finally {
    body.release();
  }
}

function unknownPath({ family }: Upstream, { method, url }: IncomingMessage): Refusal {
  const path = url!.split("?")[0]!.slice(0, 100);
  const message = `${method} ${path} is not forwarded. The model gateway knows what a model loop of the ${family} family needs, and nothing else of the account.`;
  return { kind: "unknownPath", message };
}

async function admit(gateway: Gateway): Promise<Refusal | null> {
  try {
    const sentence = await gateway.ledger.admit();
    if (sentence === null) return null;
    gateway.lastFailure = sentence;
    return { kind: "budgetReached", message: sentence };
  } catch (cause) {
    const message = reason(cause);
    gateway.log.error({ err: cause }, "a request to a model could not be admitted");
    gateway.lastFailure = message;
    return { kind: "notRecorded", message };
  }
}

/** After a request whose tries were used up, the client's own patience is enough until the provider is well again. */
function noteOutcome(gateway: Gateway, sent: Sent): void {
  const status = "answer" in sent ? sent.answer.statusCode! : 599;
  gateway.maxTries = status >= 500 || status === 429 ? 1 : fullTries;
}

function unreachable(gateway: Gateway, error: Error): Refusal {
  const message = gateway.upstream.redact(describeUnreachable(error));
  gateway.log.warn({ family: gateway.upstream.family, err: error }, "model provider cannot be reached");
  gateway.lastFailure = message;
  return { kind: "unreachable", message };
}

async function passOn(
  gateway: Gateway,
  {
    route,
    model,
    answer,
    response,
  }: {
    readonly route: Route;
    readonly model: string | null;
    readonly answer: IncomingMessage;
    readonly response: ServerResponse;
  },
): Promise<void> {
  const { upstream, ledger } = gateway;
  const status = answer.statusCode!;
  const isGood = status >= 200 && status < 300;
  const closed = answer.closed
    ? Promise.resolve()
    : new Promise<void>((resolve) => answer.once("close", () => resolve()));
  if (status >= 400) {
    watchRefusal(answer, (said) => {
      gateway.lastFailure = upstream.redact(`${describeStatus(status).slice(0, -1)}${said}`);
    });
  } else if (isGood) gateway.lastFailure = null;
  if (isGood && route.isMetered) {
    watchUsage(answer, upstream.family, (told) => ledger.add(toUsage(gateway, told, model)));
  }
  response.writeHead(status, responseHeaders(answer.headers));
  // The head at once: an answer's first word may be long in coming.
  response.flushHeaders();
  answer.once("error", () => {
    if (!response.destroyed) gateway.lastFailure = "The model provider broke off in the middle of an answer.";
  });
  try {
    await pipeline(answer, response);
  } catch {
    // One side went away, and `lastFailure` tells when it was the provider. The other one is cut.
    response.destroy();
    answer.destroy();
  }
  await closed;
}

function toUsage({ prices, log, upstream }: Gateway, told: ToldUsage | null, asked: string | null) {
  const model = told?.model ?? asked ?? "unknown";
  if (told === null) log.warn({ family: upstream.family, model }, "a model answer did not tell what it used");
  const usage = told ?? nothing;
  const names = asked === null ? [model] : [model, asked];
  return {
    model,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    cachedInputTokens: usage.cachedInputTokens,
    cacheWriteTokens: usage.cacheWriteTokens,
    costMicroUsd: told === null ? null : prices.costMicroUsd(names, told),
  };
}

const nothing = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0 };
