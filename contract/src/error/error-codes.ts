export interface ErrorKind {
  /** The usual HTTP status. A failed turn reports the code in `error.code` instead. */
  readonly status: number;
  /** The meaning, as the reference has it. */
  readonly summary: string;
}

/** Every way in which the product refuses a request or fails a turn. A closed list: a code that was released stays. */
export const errorCodes = {
  invalid_input: {
    status: 400,
    summary:
      "The request does not follow the contract; nothing was changed. `field` names the field, where there is one.",
  },
  invalid_id: {
    status: 400,
    summary: "An id in the path is not a UUID; `field` names the path parameter.",
  },
  unauthenticated: { status: 401, summary: "The API key is missing, unknown or revoked." },
  forbidden: {
    status: 403,
    summary: "The person may not do this: only an admin of the organization, or its owner.",
  },
  confirmation_required: {
    status: 403,
    summary:
      "The operation concerns the whole account: after the person has entered their password (`POST /v1/sign-in/confirm`), the same request succeeds for ten minutes.",
  },
  not_found: {
    status: 404,
    summary: "There is no such thing in the organization of the key, or no such address.",
  },
  conflict: {
    status: 409,
    summary:
      "The request does not fit the present state: the thing exists already, or has ended. Repeating does not help, which `x-should-retry: false` says, except for an `Idempotency-Key` whose first request still runs; `retry-after` then says how many seconds to wait.",
  },
  gone: { status: 410, summary: "The link was used already, or has expired; ask for another." },
  too_large: {
    status: 413,
    summary: "The body is larger than the operation takes; the sentence says how much that is.",
  },
  unsupported_media_type: {
    status: 415,
    summary: "The body is not of a content type that the operation takes.",
  },
  wrong_host: { status: 421, summary: "The `Host` is not one of this server (`TEMBO_ALLOWED_HOSTS`)." },
  method_not_allowed: { status: 405, summary: "The address takes another method." },
  malformed_request: {
    status: 400,
    summary:
      "What arrived is not a well-formed HTTP request, arrived too slowly (408), or has too large headers (431).",
  },
  unavailable: {
    status: 503,
    summary:
      "The server cannot answer at the moment, for example because its database cannot be reached. Repeating later helps.",
  },
  rate_limited: {
    status: 429,
    summary:
      "The key or the organization has made as many requests as it may; `retry-after` says how many seconds to wait.",
  },
  fenced: {
    status: 500,
    summary:
      "Another attempt has taken over the turn, and this one stopped. Clients see it only if something is wrong inside the server.",
  },
  sandbox_unavailable: {
    status: 503,
    summary: "No sandbox can be started on this machine; `tembo doctor` says why.",
  },
  limit_reached: {
    status: 502,
    summary:
      "The sandbox reached its memory, process or disk limit; the sentence says which. The work so far is on the branch.",
  },
  budget_reached: {
    status: 502,
    summary:
      "The session or the organization has spent its budget for models. The work so far is on the branch.",
  },
  harness_failed: {
    status: 502,
    summary:
      "The harness could not be installed or started, or it died. The sentence quotes its last output.",
  },
  model_failed: { status: 502, summary: "The model provider refused or failed; the sentence says how." },
  model_key_rejected: {
    status: 502,
    summary: "The model provider rejected the API key; the sentence says where to change it.",
  },
  goal_not_reached: {
    status: 502,
    summary:
      "The turn ended without reaching its goal. Its work is on the branch, and a pull request that it opened is a draft.",
  },
  git_failed: { status: 502, summary: "A clone, fetch or commit failed." },
  branch_not_found: {
    status: 502,
    summary:
      "A repository of the session lacks the branch to start from. A session keeps its branches: start another session.",
  },
  push_rejected: { status: 502, summary: "The forge rejected the branch; the sentence quotes the forge." },
  forge_failed: {
    status: 502,
    summary: "The forge refused or failed; the sentence says what to change, or when its rate limit ends.",
  },
  unreachable: {
    status: 502,
    summary: "An MCP server of a connection does not answer as one; the sentence says how.",
  },
  forge_unauthorized: {
    status: 502,
    summary:
      "The forge no longer accepts the integration's credential: it was revoked, has expired, or lacks a scope.",
  },
  internal: { status: 500, summary: "A fault of Tembo. The server's log has more under the request id." },
} as const satisfies Readonly<Record<string, ErrorKind>>;
export type ErrorCode = keyof typeof errorCodes;
