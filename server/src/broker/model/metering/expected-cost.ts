import type { Prices } from "./prices.ts";

/** Of a request that names no bound itself. Above what most answers have. */
const usualMaxOutputTokens = 32_000;
/** Fewer than the four of English and code, as a bound. */
const charactersPerToken = 3;
/** A request for more answers than this is one that a provider refuses. */
const maxAnswers = 128;

export interface ExpectedRequest {
  readonly model: string | null;
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly inputCharacters: number;
}

/**
 * What a request may cost at most, in millionths of a US dollar: all its input written to a cache, and as much output as it allows. 0 for a
 * model without a price, which no budget admits. Pure.
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

/** `max_tokens` of Anthropic and of chat completions, `max_output_tokens` of responses, and what Gemini has in `generationConfig`. */
function maxOutputTokens(body: Readonly<Record<string, unknown>>): number {
  const config = isRecord(body.generationConfig) ? body.generationConfig : {};
  const bounds = [
    body.max_completion_tokens,
    body.max_output_tokens,
    body.max_tokens,
    config.maxOutputTokens,
  ];
  // Of several the provider takes one; the largest is the bound.
  const bound = Math.max(...bounds.map(countOf)) || usualMaxOutputTokens;
  const answers = Math.max(countOf(body.n), countOf(config.candidateCount), 1);
  return bound * Math.min(answers, maxAnswers);
}

const countOf = (value: unknown) => (typeof value === "number" && value > 0 && value < 1e9 ? value : 0);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
