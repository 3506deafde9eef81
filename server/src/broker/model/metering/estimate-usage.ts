import { walkFields } from "../reach/walk-fields.ts";
import type { ToldUsage } from "./read-usage.ts";

/** What was seen of one exchange with a model. */
export interface Seen {
  /** What the provider has told of its usage; null for nothing. */
  readonly told: ToldUsage | null;
  /** Whether that was its last word. */
  readonly isComplete: boolean;
  /** As `countInput` counts. */
  readonly inputCharacters: number;
  /** Of the text that was passed on. */
  readonly outputCharacters: number;
}

/** A common rule of thumb for English and code. */
const charactersPerToken = 4;

/** A picture costs by its measures and not by its bytes; 6,000 tokens are more than providers take for one. */
const maxMediaCharacters = 24_000;
const mediaFields = new Set(["data", "url", "imageurl", "filedata"]);

/**
 * What a request cost: what the provider told, when that was all of it. Else at least what passed, at four characters a token, so that
 * nobody saves by hanging up: the input from the request when none was told, and the output that was passed on when more
 * than was told. What a model thought without showing it is not in there.
 */
export function estimateUsage({ told, isComplete, inputCharacters, outputCharacters }: Seen): {
  readonly usage: ToldUsage;
  readonly isEstimated: boolean;
} {
  if (told !== null && isComplete) return { usage: told, isEstimated: false };
  const usage = told ?? nothing;
  const isInputTold = usage.inputTokens + usage.cachedInputTokens + usage.cacheWriteTokens > 0;
  return {
    usage: {
      ...usage,
      inputTokens: isInputTold ? usage.inputTokens : toTokens(inputCharacters),
      outputTokens: Math.max(usage.outputTokens, toTokens(outputCharacters)),
    },
    isEstimated: true,
  };
}

/** Characters of a request's JSON, `length` of them, of which pictures and files count only so far. */
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

const nothing: ToldUsage = {
  model: null,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  hourCacheWriteTokens: 0,
};
