import type { Prices } from "./prices.ts";

/** Output limit to assume for a request without one. Most responses are shorter. */
const usualMaxOutputTokens = 32_000;
/** This number is less than the average of four for English text and code, so that the result is an upper bound. */
const charactersPerToken = 3;
/** Maximum number of alternative responses. Providers reject a request for more. */
const maxAnswers = 128;

export interface ExpectedRequest {
  readonly model: string | null;
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly inputCharacters: number;
}

/**
 * Returns a request's maximum cost in millionths of a US dollar. Assumes that all input is written to a cache for an hour, and that the output
 * reaches its limit. Returns 0 if the request names no model or the model has no price. While a budget is set, the gateway never admits such a
 * request. Pure.
 */
export function expectedCost(prices: Prices, { model, body, inputCharacters }: ExpectedRequest): number {
  if (model === null) return 0;
  const inputTokens = Math.ceil(inputCharacters / charactersPerToken);
  const usage = {
    model,
    inputTokens: 0,
    outputTokens: maxOutputTokens(body ?? {}),
    cachedInputTokens: 0,
    cacheWriteTokens: inputTokens,
    hourCacheWriteTokens: inputTokens,
  };
  return prices.costMicroUsd([model], usage) ?? 0;
}

/**
 * Returns the maximum number of output tokens, in total for all requested responses. Reads `max_tokens` (Anthropic and Chat Completions),
 * `max_completion_tokens` (Chat Completions), `max_output_tokens` (Responses) and the fields of Gemini's `generationConfig`. Without a limit,
 * assumes `usualMaxOutputTokens` per response.
 */
function maxOutputTokens(body: Readonly<Record<string, unknown>>): number {
  const config = isRecord(body.generationConfig) ? body.generationConfig : {};
  const bounds = [
    body.max_completion_tokens,
    body.max_output_tokens,
    body.max_tokens,
    config.maxOutputTokens,
  ];
  // If there are several limits, the provider applies one of them. The largest is an upper bound.
  const bound = Math.max(...bounds.map(toCount)) || usualMaxOutputTokens;
  const answers = Math.max(toCount(body.n), toCount(config.candidateCount), 1);
  return bound * Math.min(answers, maxAnswers);
}

const toCount = (value: unknown) => (typeof value === "number" && value > 0 && value < 1e9 ? value : 0);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
