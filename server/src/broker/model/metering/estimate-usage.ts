import { walkFields } from "../reach/walk-fields.ts";
import type { ReportedUsage } from "./read-usage.ts";

/** Observations about one exchange with a model. */
export interface Seen {
  /** Usage that the provider has reported, or null. */
  readonly reported: ReportedUsage | null;
  /** True if the reported usage is final. */
  readonly isComplete: boolean;
  /** Number of characters as `countInput` counts them. */
  readonly inputCharacters: number;
  /** Number of characters of the text that was passed on. */
  readonly outputCharacters: number;
}

/** A common rule of thumb for English and code. */
const charactersPerToken = 4;

/** The cost of a picture depends on its dimensions, not on its bytes. Providers charge less than 6,000 tokens for one. */
const maxMediaCharacters = 24_000;
const mediaFields = new Set(["data", "url", "imageurl", "filedata"]);

/**
 * Returns the usage of a request. Complete usage that the provider reported is used as it is. Otherwise the result is at least what passed
 * through the gateway, at four characters per token, so that disconnecting saves nothing:
 * - If no input was reported, it is estimated from the request.
 * - The output is the larger of the reported and the passed-on amount.
 * Hidden thoughts of a model are not included.
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

/** Returns the number of characters of a request's JSON, whose length is `length`. Each picture and file counts up to a limit. */
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
