import { RequestError } from "@octokit/request-error";
import { AppError, withReason } from "../../../core/base/index.ts";
import { ForgeOutage } from "../../../core/forges/index.ts";
import { forgeError } from "../../forge-error.ts";
import { rateLimitEnd } from "./rate-limit.ts";

/**
 * Converts an Octokit error to an AppError. `what` describes the operation, as a continuation of "could not": "open the pull request in
 * acme/app".
 */
export function refusal(what: string, cause: unknown, now: Date): AppError {
  if (cause instanceof AppError) return cause;
  // Octokit wraps the errors of its fetch.
  if (cause instanceof Error && cause.cause instanceof AppError) return cause.cause;
  if (!(cause instanceof RequestError) || cause.response === undefined) {
    const words = `${withReason(`GitHub could not ${what}, because it did not respond`, cause)} Check its URL and the network.`;
    return new ForgeOutage(words, { cause });
  }
  const { status, response } = cause;
  const words = readErrorText(response.data);
  const resetAt = rateLimitEnd(status, response.headers, now, words);
  return forgeError({ forge: "GitHub", what, status, words, resetAt }, cause);
}

/** Returns the HTTP status of a rejected request, or null for other errors. `refusal` stores the rejection as the error's cause. */
export function statusOf(error: unknown): number | null {
  const request = requestErrorOf(error);
  return request?.response === undefined ? null : request.status;
}

/** Returns GitHub's message for a rejection, including messages about single fields, or an empty string for other errors. */
export function refusalWords(error: unknown): string {
  return readErrorText(requestErrorOf(error)?.response?.data);
}

/** Returns the response, or null if GitHub rejects the request with one of the statuses in `absent`. */
export async function absentAsNull<T>(
  asked: Promise<T>,
  absent: readonly number[] = [404],
): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    const status = statusOf(error);
    if (status !== null && absent.includes(status)) return null;
    throw error;
  }
}

function requestErrorOf(error: unknown): RequestError | null {
  const cause = error instanceof AppError ? error.cause : error;
  return cause instanceof RequestError ? cause : null;
}

/**
 * Returns the message in an error body, or an empty string if the body does not have GitHub's error format. Messages therefore never repeat
 * responses from other services.
 */
function readErrorText(data: unknown): string {
  if (typeof data !== "object" || data === null) return "";
  const { message, errors } = data as { readonly message?: unknown; readonly errors?: unknown };
  const details = Array.isArray(errors) ? errors.map(detailOf) : [];
  return [typeof message === "string" ? message : "", ...details].filter((part) => part !== "").join("; ");
}

function detailOf(error: unknown): string {
  if (typeof error === "string") return error;
  if (typeof error !== "object" || error === null) return "";
  const { message, field, code } = error as Readonly<Record<string, unknown>>;
  if (typeof message === "string") return message;
  return [field, code].filter((part) => typeof part === "string").join(" is ");
}
