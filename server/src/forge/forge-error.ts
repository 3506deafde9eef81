import { AppError } from "../core/base/index.ts";

/** What a forge's API answered that is no success. */
export interface ForgeRefusal {
  /** As people call it: "GitHub". */
  readonly forge: string;
  /** What was asked, as the end of "could not": "open the pull request in acme/app". */
  readonly what: string;
  readonly status: number;
  /** The forge's own words; empty when it has none. */
  readonly words: string;
  /** When a spent rate limit is over. */
  readonly resetAt?: Date | null;
}

/** A refusal as the product says it: what to change, or when to come back. */
export function forgeError(refusal: ForgeRefusal, cause?: unknown): AppError {
  const { forge, what, status, resetAt } = refusal;
  const words = refusal.words.replaceAll(/\s+/g, " ").trim().slice(0, 500);
  const said = words === "" ? "" : ` It says: ${words}`;
  const options = cause === undefined ? undefined : { cause };
  if (resetAt !== undefined && resetAt !== null) {
    return new AppError(
      "forge_failed",
      `${forge} could not ${what}: its rate limit is spent until ${resetAt.toISOString()}. Try again after that.${said}`,
      options,
    );
  }
  if (status === 401) {
    return new AppError(
      "forge_unauthorized",
      `${forge} could not ${what}: it does not take the integration's token. Give the integration a new one.${said}`,
      options,
    );
  }
  if (status === 403) {
    return new AppError(
      "forge_unauthorized",
      `${forge} could not ${what}: the integration's token may not do this. Run "tembo integration test" to see which permission is missing.${said}`,
      options,
    );
  }
  return new AppError("forge_failed", `${forge} could not ${what} (status ${status}).${said}`, options);
}
