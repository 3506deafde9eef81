import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { describeRejected, getModelProvider } from "../../core/access/index.ts";
import type { MeteredRequest } from "../../core/accounts/index.ts";
import { asSentence, type Logger, type Measure, newId, reason } from "../../core/base/index.ts";
import type { Semaphore } from "../../runtime/semaphore.ts";
import { watchRefusal } from "./describe-refusal.ts";
import { findRoute, type Route } from "./find-route.ts";
import type { GatewayTime } from "./gateway-time.ts";
import { requestHeaders, responseHeaders } from "./headers.ts";
import { type Inspected, inspectBody } from "./inspect-body.ts";
import { charge } from "./metering/charge.ts";
import { expectedCost } from "./metering/expected-cost.ts";
import type { Ledger } from "./metering/ledger.ts";
import type { Prices } from "./metering/prices.ts";
import { type Watched, watchUsage } from "./metering/watch-usage.ts";
import { modelProviders } from "./provider/plug-ins.ts";
import { type BodyMemory, readBody } from "./read-body.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { describeStatus, describeUnreachable, type Sent, sendWithRetries } from "./send-with-retries.ts";
import { type Answer, CredentialRefused, type Outgoing, type Upstream } from "./upstream.ts";

/** State shared by the requests of one gateway. */
export interface Gateway {
  readonly upstream: Upstream;
  /** True if the credential belongs to the organization, and false if it belongs to the operator. */
  readonly isOwnCredential: boolean;
  /** True if providers may access the network for the sandbox. */
  readonly reachesNetwork: boolean;
  readonly ledger: Ledger;
  readonly prices: Prices;
  readonly memory: BodyMemory;
  /** Limits the number of concurrent metered requests. */
  readonly limit: Semaphore;
  readonly time: GatewayTime;
  readonly log: Logger;
  readonly measure: Measure;
  /** Message about the last failure, or null if there was none or a later response has been successful. */
  lastFailure: string | null;
  /** True if the last response had status 401 or stated that the key is not valid. */
  isKeyRejected: boolean;
  /** Maximum number of attempts for each request. */
  maxTries: number;
}

export const fullTries = 4;

/**
 * Responds to one request, either with the provider's response, chunk by chunk, or with the gateway's own refusal. If one side disconnects,
 * destroys the other connection, because a stream that ends normally would look like a complete response. Logs an unexpected error and destroys
 * the connection. Resolves after the usage is queued for recording.
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
    // The client disconnected or the gateway was closed, so it cannot respond.
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
  // Clients send this request to check that the gateway responds.
  if (request.url === "/" && (method === "GET" || method === "HEAD")) {
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
    return null;
  }
  const route = findRoute(upstream.family, method, request.url!);
  if (route === null) return unknownPath(upstream, request);
  const body = await readBody(request, memory);
  if ("refusal" in body) return body.refusal;
  try {
    const inspected = inspectBody(route, request.headers, body.bytes, gateway);
    if ("refusal" in inspected) return noted(gateway, inspected.refusal);
    const headers = requestHeaders(request.headers);
    // Sets the content type that the gateway assumed when it parsed the body. With another charset, the bytes could have another meaning.
    if (route.body !== "none") headers["content-type"] = "application/json";
    const outgoing = upstream.translate({ ...inspected, route, headers, method });
    if ("refusal" in outgoing) return noted(gateway, outgoing.refusal);
    const asked: Asked = { ...inspected, route, outgoing };
    using _ = route.isMetered ? await gateway.limit.acquire(signal) : null;
    return await ask(gateway, asked, { response, signal, release: body.release });
  } finally {
    body.release();
  }
}

/** Inspected request that may be sent to the provider. */
interface Asked extends Inspected {
  readonly route: Route;
  readonly outgoing: Outgoing;
}

/** Client side of a request. `release` frees the memory that the request's body occupies. */
interface Asker {
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
  release(): void;
}

async function ask(gateway: Gateway, asked: Asked, asker: Asker): Promise<Refusal | null> {
  const requestId = newId();
  const notAdmitted = await admit(gateway, asked, { id: requestId, signal: asker.signal });
  if (notAdmitted !== null) return notAdmitted;
  try {
    asker.signal.throwIfAborted();
    return await sendAndAnswer(gateway, asked, asker);
  } finally {
    if (gateway.ledger.hasBudget) gateway.ledger.release(requestId);
  }
}

async function sendAndAnswer(gateway: Gateway, asked: Asked, asker: Asker): Promise<Refusal | null> {
  const { route, outgoing, model, inputCharacters } = asked;
  const record = (watched: Watched) => {
    if (!route.isMetered) return;
    const usage = charge(gateway, model, { ...watched, inputCharacters });
    gateway.ledger.add(usage);
    gateway.measure({
      ...usage,
      kind: "modelAnswered",
      provider: gateway.upstream.provider,
      model: gateway.prices.nameOf(model === null ? [usage.model] : [usage.model, model]),
    });
  };
  const sent = await sendWithRetries(
    {
      ...gateway,
      outgoing,
      onFailure: (sentence) => (gateway.lastFailure = sentence),
      onAbandoned: () => record({ reported: null, isComplete: false, outputCharacters: 0 }),
    },
    asker.signal,
  );
  asker.release();
  noteOutcome(gateway, sent);
  if ("error" in sent) return unreachable(gateway, sent.error);
  await passOn(gateway, gateway.upstream.receive(sent.answer), asker.response, record);
  return null;
}

function unknownPath({ family }: Upstream, { method, url }: IncomingMessage): Refusal {
  const { label } = getModelProvider(modelProviders, family);
  const path = url!.split("?")[0]!.slice(0, 100);
  const message = `${method} ${path} is not forwarded. The model gateway forwards only the ${label} endpoints that are required to run a model.`;
  return { kind: "unknownPath", message };
}

async function admit(
  gateway: Gateway,
  asked: Asked,
  request: Pick<MeteredRequest, "id" | "signal">,
): Promise<Refusal | null> {
  const { route, model } = asked;
  const { ledger, prices, log } = gateway;
  if (route.isMetered && ledger.hasBudget && !(model !== null && prices.knows(model))) {
    return noted(gateway, { kind: "noPrice", message: describeNoPrice(model) });
  }
  try {
    const maxCostMicroUsd = route.isMetered ? expectedCost(prices, asked) : 0;
    const sentence = await ledger.admit({ ...request, maxCostMicroUsd });
    return sentence === null ? null : noted(gateway, { kind: "budgetReached", message: sentence });
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    log.error({ err: cause }, "a request to a model could not be admitted");
    return noted(gateway, { kind: "notRecorded", message: reason(cause) });
  }
}

function describeNoPrice(model: string | null): string {
  if (model === null)
    return "The request names no model, so its price is unknown and the budget cannot be enforced. Set the model, or remove the budget.";
  return `The model ${model.slice(0, 100)} has no price, so the budget cannot be enforced. Add the model to the table in TEMBO_PRICES_FILE, or remove the budget.`;
}

function noted(gateway: Gateway, refusal: Refusal): Refusal {
  if (refusal.kind !== "badRequest") gateway.lastFailure = refusal.message;
  return refusal;
}

/**
 * Sets the number of attempts for the following requests. While the provider is failing, the gateway makes only one attempt, because
 * clients also retry.
 */
function noteOutcome(gateway: Gateway, sent: Sent): void {
  const status = "answer" in sent ? sent.answer.statusCode! : 599;
  gateway.maxTries = status >= 500 || status === 429 ? 1 : fullTries;
}

function unreachable(gateway: Gateway, error: Error): Refusal {
  const { family, provider, redact } = gateway.upstream;
  const isRefused = error instanceof CredentialRefused;
  const message = redact(isRefused ? error.message : describeUnreachable(error));
  gateway.log.warn({ family, provider, err: error }, "the request to the model provider failed");
  gateway.lastFailure = message;
  return { kind: isRefused ? "credentialRefused" : "unreachable", message };
}

async function passOn(
  gateway: Gateway,
  answer: Answer,
  response: ServerResponse,
  record: (watched: Watched) => void,
): Promise<void> {
  const { upstream } = gateway;
  const status = answer.statusCode!;
  const isGood = status >= 200 && status < 300;
  const closed = answer.closed
    ? Promise.resolve()
    : new Promise<void>((resolve) => answer.once("close", () => resolve()));
  gateway.isKeyRejected = false;
  if (status >= 400) {
    watchRefusal(answer, ({ words, namesInvalidKey }) => {
      const sentence = upstream.redact(`${describeStatus(status).slice(0, -1)}${words}`);
      gateway.isKeyRejected = status === 401 || namesInvalidKey;
      gateway.lastFailure = gateway.isKeyRejected
        ? `${asSentence(sentence)} ${describeRejected(getModelProvider(modelProviders, upstream.provider), gateway.isOwnCredential)}`
        : asSentence(sentence);
    });
  } else if (isGood) gateway.lastFailure = null;
  if (isGood) watchUsage(answer, upstream.family, record);
  response.writeHead(status, responseHeaders(answer.headers));
  // Sends the headers immediately, because the first bytes of a response may be delayed.
  response.flushHeaders();
  answer.once("error", () => {
    if (!response.destroyed)
      gateway.lastFailure = "The model provider closed the connection in the middle of a response.";
  });
  try {
    await pipeline(answer, response);
  } catch {
    // One side disconnected, so the other connection is destroyed. If the provider disconnected, `lastFailure` is set.
    response.destroy();
    answer.destroy();
  }
  await closed;
}
