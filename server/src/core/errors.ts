/** Every way the product says no. `http/errors.ts` alone knows which status each one is. */
export type ErrorCode =
  | "invalid_input"
  | "unauthenticated"
  /** The person may not do this in the organization, or to what is another's. */
  | "forbidden"
  /** The person must enter their password again first: it is about their whole account. */
  | "confirmation_required"
  | "not_found"
  | "conflict"
  /** A link that is good once was used, or has expired. */
  | "gone"
  | "unavailable"
  /** More requests than the key or the organization may make. The answer says when to come back. */
  | "rate_limited"
  /** Another attempt of the turn has taken over: the caller must stop at once and record nothing. */
  | "fenced"
  | "sandbox_unavailable"
  /** The sandbox ran into its memory, process or disk limit. */
  | "limit_reached"
  /** The session or the organization has spent what it may on models. */
  | "budget_reached"
  | "harness_failed"
  | "model_failed"
  /** The model provider rejected the API key. */
  | "model_key_rejected"
  /** A turn ended without reaching the goal of its message. */
  | "goal_not_reached"
  | "git_failed"
  /** A repository of the session has no branch of the name that the work is to start from. */
  | "branch_not_found"
  | "push_rejected"
  | "forge_failed"
  /** A server that a person named does not answer as it should. */
  | "unreachable"
  /** The forge no longer takes the credential: it was revoked, has expired, or may do too little. */
  | "forge_unauthorized"
  | "internal";

/** The one error of the product. `message` is a sentence that says what a person can do. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** What a caught value says of itself, in one line. */
export function reason(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.replaceAll(/\s+/g, " ").trim();
}
