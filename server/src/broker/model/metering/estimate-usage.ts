import { walkFields } from "../reach/walk-fields.ts";
import type { ReportedUsage } from "./read-usage.ts";

/** Observations about an exchange with a model. */
export interface Seen {
  /** Usage that the provider has reported, or null if it has reported none. */
  readonly reported: ReportedUsage | null;
  /** True if the reported usage is final. */
  readonly isComplete: boolean;
  /** Number of input characters, as returned by `countInput`. */
  readonly inputCharacters: number;
  /** Number of output characters that were passed on to the client. */
  readonly outputCharacters: number;
}

/** Approximation for English text and code. */
const charactersPerToken = 4;

/**
 * Limit for a picture or file. Providers charge less than 6,000 tokens for each, depending on its dimensions instead of its size in bytes.
 */
const maxMediaCharacters = 24_000;
const mediaFields = new Set(["data", "url", "imageurl", "filedata"]);

/**
 * Returns a request's usage. Returns complete reported usage unchanged. Otherwise, estimates the usage from the characters that passed through
 * the gateway, at four characters per token, so that a client that disconnects early is still charged:
 * - Estimates the input from the request if no input was reported.
 * - Uses the larger of the reported output and the output that was passed on.
 *
 * Does not estimate a model's hidden thoughts.
 */
export function estimateUsage({ reported, isComplete, inputCharacters, outputCharacters }: Seen): {
  readonly usage: ReportedUsage;
  readonly isEstimated: boolean;
} {
  if (reported !== null && isComplete) return { usage: reported, isEstimated: false };
  const usage = reported ?? nothing;
  const isInputReported = usage.inputTokens + usage.cachedInputTokens + usage.cacheWriteTokens > 0;
  return {
    usage: {
      ...usage,
      inputTokens: isInputReported ? usage.inputTokens : toTokens(inputCharacters),
      outputTokens: Math.max(usage.outputTokens, toTokens(outputCharacters)),
    },
    isEstimated: true,
  };
}

/** Returns the number of characters in a request's JSON, whose length is `length`. Each picture and file counts only up to a limit. */
export function countInput(body: object, length: number): number {
  if (length <= maxMediaCharacters) return length;
  let counted = length;
  walkFields(body, (name, value) => {
    if (typeof value !== "string") return true;
    if (mediaFields.has(name)) counted -= Math.max(0, value.length - maxMediaCharacters);
    return false;
  });
  return counted;
}

const toTokens = (characters: number) => Math.ceil(characters / charactersPerToken);

const nothing: ReportedUsage = {
  model: null,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  hourCacheWriteTokens: 0,
};
