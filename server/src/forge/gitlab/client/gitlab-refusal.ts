import { AppError, asSentence, withReason } from "../../../core/base/index.ts";
import { forgeError } from "../../forge-error.ts";

/** Error response from GitLab. `asking` converts it, so callers of the adapter never receive it. */
export class GitlabRefusal extends Error {
  override readonly name = "GitlabRefusal";
  readonly status: number;
  /** Message from GitLab, or an empty string. */
  readonly words: string;
  /** Time when an exhausted rate limit resets, or null if the error has another cause. */
  readonly resetAt: Date | null;

  constructor(status: number, words: string, resetAt: Date | null = null) {
    super(withReason(`GitLab responded with status ${status}`, words));
    this.status = status;
    this.words = words;
    this.resetAt = resetAt;
  }
}

/**
 * Waits for the result, and converts an error response to an AppError. `what` describes the operation, as a continuation of "GitLab could
 * not": "open the pull request in acme/app".
 */
export async function asking<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw inOurWords(what, error);
  }
}

/** Returns the result, or null if GitLab reports that the resource does not exist. */
export async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GitlabRefusal && error.status === 404) return null;
    throw error;
  }
}

/** Returns GitLab's message as a sentence to append, or an empty string if there is no message. */
export const quote = (words: string) => (words === "" ? "" : ` GitLab's message: ${asSentence(words)}`);

function inOurWords(what: string, error: unknown): unknown {
  if (!(error instanceof GitlabRefusal)) return error;
  const { status, words, resetAt } = error;
  if (status === 404) {
    return new AppError(
      "forge_failed",
      `GitLab could not ${what}: it does not exist, or the integration's token cannot access it.${quote(words)}`,
      { cause: error },
    );
  }
  return forgeError({ forge: "GitLab", what, status, words, resetAt }, error);
}

/**
 * Returns the message in an error's body. The body has the form `{"message": "..."}`, `{"message": ["..."]}`, `{"message": {"title": ["is
 * too long"]}}`, or OAuth's `{"error": "...", "error_description": "..."}`.
 */
export function readErrorText(body: unknown): string {
  if (typeof body === "string") return body;
  if (Array.isArray(body)) return body.map(readErrorText).join(", ");
  if (typeof body !== "object" || body === null) return "";
  const { message, error, error_description } = body as Record<string, unknown>;
  const detail = error_description ?? message ?? error;
  if (detail !== undefined) return readErrorText(detail);
  return Object.entries(body)
    .map(([field, words]) => `${field} ${readErrorText(words)}`)
    .join(", ");
}
