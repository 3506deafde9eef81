import { AppError } from "../../../core/base/index.ts";
import { forgeError } from "../../forge-error.ts";

/** What GitLab answered that is no success. Stays inside this folder: `asking` says it in the product's words. */
export class GitlabRefusal extends Error {
  override readonly name = "GitlabRefusal";
  readonly status: number;
  /** GitLab's own words; empty when it has none. */
  readonly words: string;
  /** When a spent rate limit is over. */
  readonly resetAt: Date | null;

  constructor(status: number, words: string, resetAt: Date | null = null) {
    super(`GitLab answered ${status}: ${words}`);
    this.status = status;
    this.words = words;
    this.resetAt = resetAt;
  }
}

/** Says a refusal as the product does. `what` ends "GitLab could not ...": "open the pull request in acme/app". */
export async function asking<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw inOurWords(what, error);
  }
}

/** Null when what was asked for is not there. */
export async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GitlabRefusal && error.status === 404) return null;
    throw error;
  }
}

function inOurWords(what: string, error: unknown): unknown {
  if (!(error instanceof GitlabRefusal)) return error;
  const { status, words, resetAt } = error;
  if (status === 404) {
    return new AppError(
      "forge_failed",
      `GitLab could not ${what}: it does not exist, or the integration's token does not reach it. It says: ${words}`,
      { cause: error },
    );
  }
  return forgeError({ forge: "GitLab", what, status, words, resetAt }, error);
}

/**
 * The words in an error's body: `{"message": "..."}`, `{"message": ["..."]}`, `{"message": {"title": ["is too long"]}}`,
 * or OAuth's `{"error": "...", "error_description": "..."}`.
 */
export function wordsOf(body: unknown): string {
  if (typeof body === "string") return body;
  if (Array.isArray(body)) return body.map(wordsOf).join(", ");
  if (typeof body !== "object" || body === null) return "";
  const { message, error, error_description } = body as Record<string, unknown>;
  const said = error_description ?? message ?? error;
  if (said !== undefined) return wordsOf(said);
  return Object.entries(body)
    .map(([field, words]) => `${field} ${wordsOf(words)}`)
    .join(", ");
}
