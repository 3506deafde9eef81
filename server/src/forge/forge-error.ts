import { AppError, asSentence } from "../core/base/index.ts";
import { ForgeOutage } from "../core/forges/index.ts";

/** Error response from a forge's API. */
export interface ForgeRefusal {
  /** Display name of the forge, from its descriptor. */
  readonly forge: string;
  /** Operation that failed, as a continuation of "could not": "open the pull request in acme/app". */
  readonly what: string;
  readonly status: number;
  /** Message from the forge, or an empty string. */
  readonly words: string;
  /** Time when the exhausted rate limit resets, or null or undefined if the error has another cause. */
  readonly resetAt?: Date | null;
}

/**
 * Converts an error response to an AppError: `forge_unauthorized` for status 401 or 403, or `forge_failed` for other statuses and for an
 * exhausted rate limit.
 */
export function forgeError(refusal: ForgeRefusal, cause?: unknown): AppError {
  const { forge, what, status, resetAt } = refusal;
  const words = refusal.words.replaceAll(/\s+/g, " ").trim().slice(0, 500);
  const detail = words === "" ? "" : ` ${forge}'s message: ${asSentence(words)}`;
  const options = cause === undefined ? undefined : { cause };
  if (resetAt !== undefined && resetAt !== null) {
    return new ForgeOutage(
      `${forge} could not ${what}: its rate limit is exhausted until ${resetAt.toISOString()}. Try again after that.${detail}`,
      options,
    );
  }
  if (status === 401) {
    return new AppError(
      "forge_unauthorized",
      `${forge} could not ${what}: it rejected the integration's token. Replace the token.${detail}`,
      options,
    );
  }
  if (status === 403) {
    return new AppError(
      "forge_unauthorized",
      `${forge} could not ${what}: the integration's token lacks a permission. Run "tembo integration test INTEGRATION" to see which permission.${detail}`,
      options,
    );
  }
  return new AppError("forge_failed", `${forge} could not ${what} (status ${status}).${detail}`, options);
}
