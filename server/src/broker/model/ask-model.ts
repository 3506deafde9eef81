import {
  describeRejected,
  getModelProvider,
  type ModelAsker,
  type ModelFamily,
  type ShortQuestion,
} from "../../core/access/index.ts";
import { AppError, asSentence, type Logger } from "../../core/base/index.ts";
import type { Outbound } from "../../outbound/outbound.ts";
import { readRefusalBody } from "./describe-refusal.ts";
import { findRoute } from "./find-route.ts";
import { type GatewayTime, systemTime } from "./gateway-time.ts";
import { connectProvider, type Providers, requireOperatorKey } from "./provider/connect-provider.ts";
import { modelProviders } from "./provider/plug-ins.ts";
import { describeStatus, describeUnreachable, sendWithRetries } from "./send-with-retries.ts";
import { CredentialRefused, type Upstream } from "./upstream.ts";

export interface ModelAskerOptions {
  readonly providers: Providers;
  readonly log: Logger;
  readonly outbound: Pick<Outbound, "trusting">;
  readonly time?: GatewayTime;
}

interface ShortRequest {
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

const TEXT = "Reply with one word.";

/** Requests for a response of minimal length. OpenAI accepts no limit below 16 tokens. */
const requests: Record<ModelFamily, (model: string) => ShortRequest> = {
  anthropic: (model) => ({
    target: "/v1/messages",
    headers: { "anthropic-version": "2023-06-01" },
    body: { model, max_tokens: 1, messages: [{ role: "user", content: TEXT }] },
  }),
  openai: (model) => ({
    target: "/v1/responses",
    body: { model, max_output_tokens: 16, store: false, input: TEXT },
  }),
  gemini: (model) => ({
    target: `/v1beta/models/${model}:generateContent`,
    body: {
      contents: [{ role: "user", parts: [{ text: TEXT }] }],
      generationConfig: { maxOutputTokens: 1 },
    },
  }),
};

/** Creates the function that asks a model once, over the same path as the requests of sessions, but without a meter. */
export function createModelAsker(options: ModelAskerOptions): ModelAsker["askModel"] {
  const { providers, outbound, time = systemTime } = options;
  return async (question, signal) => {
    const { family, provider, credential } = question;
    if (credential === null) requireOperatorKey(provider, providers);
    const upstream = connectProvider({ family, provider }, credential, providers, { time, outbound });
    try {
      await ask(upstream, question, { ...options, time, signal });
    } finally {
      upstream.close();
    }
  };
}

interface AskMeans {
  readonly time: GatewayTime;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

async function ask(upstream: Upstream, question: ShortQuestion, means: AskMeans): Promise<void> {
  const failure = await findFailure(upstream, question, means).catch((cause: Error) => ({
    message: means.signal.aborted
      ? "The model provider did not respond in time. Try again later."
      : describeUnreachable(cause),
    isKeyRejected: false,
  }));
  if (failure === null) return;
  const sentence = asSentence(upstream.redact(failure.message));
  const provider = getModelProvider(modelProviders, question.provider);
  throw new AppError(
    "unreachable",
    failure.isKeyRejected
      ? `${sentence} ${describeRejected(provider, question.credential !== null)}`
      : sentence,
  );
}

/** Sends the request once. Returns why it failed, or null if the response is successful. Throws if the signal aborts or the connection fails while the body arrives. */
async function findFailure(
  upstream: Upstream,
  { family, model }: ShortQuestion,
  { time, log, signal }: AskMeans,
): Promise<{ readonly message: string; readonly isKeyRejected: boolean } | null> {
  const { target, headers, body } = requests[family](model);
  const outgoing = upstream.translate({
    method: "POST",
    route: findRoute(family, "POST", target)!,
    headers: { ...headers, "content-type": "application/json" },
    body,
    bytes: Buffer.from(JSON.stringify(body)),
    model,
  });
  if ("refusal" in outgoing) return { message: outgoing.refusal.message, isKeyRejected: false };
  const nothing = () => {};
  const sent = await sendWithRetries(
    { upstream, outgoing, maxTries: 1, time, log, onFailure: nothing, onAbandoned: nothing },
    signal,
  );
  if ("error" in sent) {
    const isKeyRejected = sent.error instanceof CredentialRefused;
    return { message: isKeyRejected ? sent.error.message : describeUnreachable(sent.error), isKeyRejected };
  }
  const answer = upstream.receive(sent.answer);
  const status = answer.statusCode!;
  if (status >= 200 && status < 300) {
    answer.destroy();
    return null;
  }
  const { words, namesInvalidKey } = await readRefusalBody(answer, signal);
  const message = `${describeStatus(status).slice(0, -1)}${words}`;
  return { message, isKeyRejected: status === 401 || namesInvalidKey };
}
