export interface ErrorKind {
  /** The usual HTTP status of the response. A failed turn has no status and reports the code in `error.code`. */
  readonly status: number;
  /** A sentence of at most 80 characters, for the table in the error reference. */
  readonly summary: string;
  /** Details and the fix, for the list below the table. */
  readonly remedy?: string;
}

/** Every error code of rejected requests and failed turns. A released code is never removed. */
export const errorCodes = {
  invalid_input: {
    status: 400,
    summary: "The request does not match the contract. Nothing was changed.",
    remedy: "If `field` is present, it names the field to correct.",
  },
  invalid_id: {
    status: 400,
    summary: "An ID in the path is not a UUID.",
    remedy: "`field` names the path parameter.",
  },
  unauthenticated: { status: 401, summary: "The API key or sign-in is missing, unknown or revoked." },
  forbidden: {
    status: 403,
    summary: "The caller may not perform this operation.",
    remedy: "Ask an organization admin or the resource's owner.",
  },
  confirmation_required: {
    status: 403,
    summary: "The operation affects the whole account and requires the password.",
    remedy:
      "Ask the person for their password, call `POST /v1/sign-in/confirm` and repeat the request within ten minutes.",
  },
  not_found: {
    status: 404,
    summary: "The path or resource does not exist in the key's organization.",
  },
  conflict: {
    status: 409,
    summary: "The resource already exists, has ended or is in another state.",
    remedy:
      "Do not retry (`x-should-retry: false`). The exception is an `Idempotency-Key` whose first request is still running: retry after the number of seconds in `retry-after`.",
  },
  gone: {
    status: 410,
    summary: "The link was already used or has expired.",
    remedy: "Request a new link.",
  },
  too_large: {
    status: 413,
    summary: "The request body is too large.",
    remedy: "`error` states the limit.",
  },
  unsupported_media_type: {
    status: 415,
    summary: "The operation does not accept the content type of the body.",
  },
  wrong_host: {
    status: 421,
    summary: "The `Host` header does not name this server.",
    remedy: "Add the name to `TEMBO_ALLOWED_HOSTS`.",
  },
  method_not_allowed: { status: 405, summary: "The path does not support this method." },
  malformed_request: {
    status: 400,
    summary: "The request is not well-formed HTTP.",
    remedy: "The status is 408 if the request arrived too slowly, and 431 if its headers are too large.",
  },
  unavailable: {
    status: 503,
    summary: "The server cannot respond now, for example without its database.",
    remedy: "Retry later.",
  },
  rate_limited: {
    status: 429,
    summary: "The key or the organization has reached its request limit.",
    remedy: "Retry after the number of seconds in `retry-after`.",
  },
  fenced: {
    status: 500,
    summary: "Another attempt has taken over the turn or build, so this one stopped.",
    remedy: "Clients see this code only if the server has a fault.",
  },
  sandbox_unavailable: {
    status: 503,
    summary: "The server cannot start a sandbox.",
    remedy: "Run `tembo doctor` on the server to find the reason.",
  },
  layer_broken: {
    status: 503,
    summary: "A layer of the project's environment is damaged on the server.",
    remedy: "Build the project's environment again. Until then, its sessions start without it.",
  },
  image_failed: {
    status: 502,
    summary: "A container image cannot be fetched or cannot be used.",
    remedy: "`error` states the registry's reason and what to change.",
  },
  limit_reached: {
    status: 502,
    summary: "The sandbox reached its memory, process or disk limit.",
    remedy: "`error` names the limit. The work so far is on the branch.",
  },
  budget_reached: {
    status: 502,
    summary: "The session or the organization has spent its model budget.",
    remedy: "The work so far is on the branch. See [Budgets](../guides/budgets.md) for how to continue.",
  },
  harness_failed: {
    status: 502,
    summary: "The harness could not be installed or started, or it crashed.",
    remedy: "`error` quotes its last output.",
  },
  service_failed: {
    status: 502,
    summary: "A service of the session's project did not become ready.",
    remedy: "`error` names the service and quotes its last output.",
  },
  model_failed: {
    status: 502,
    summary: "The model provider rejected the request or failed.",
    remedy: "`error` states the provider's reason.",
  },
  model_key_rejected: {
    status: 502,
    summary: "The model provider rejected the API key.",
    remedy: "`error` states where to change the key.",
  },
  goal_not_reached: {
    status: 502,
    summary: "The turn ended without reaching its goal.",
    remedy: "The work is on the branch. If the turn opened a pull request, it is a draft.",
  },
  git_failed: { status: 502, summary: "A clone, fetch or commit failed." },
  branch_not_found: {
    status: 502,
    summary: "The branch that a repository should start from does not exist.",
    remedy: "Start another session, because a session cannot change its branches.",
  },
  push_rejected: {
    status: 502,
    summary: "The forge rejected the branch.",
    remedy: "`error` quotes the forge.",
  },
  forge_failed: {
    status: 502,
    summary: "The forge rejected the request or failed.",
    remedy: "`error` states what to change, or when the forge's rate limit ends.",
  },
  unreachable: {
    status: 502,
    summary: "A server that the caller named does not respond as expected.",
    remedy: "`error` states the reason. This applies to the MCP server of a connection, for example.",
  },
  forge_unauthorized: {
    status: 502,
    summary: "The forge no longer accepts the integration's credential.",
    remedy: "The credential was revoked, has expired or lacks a scope. Connect the integration again.",
  },
  internal: {
    status: 500,
    summary: "Tembo encountered an internal error.",
    remedy: "Find the `requestId` in the server's log.",
  },
} as const satisfies Readonly<Record<string, ErrorKind>>;
export type ErrorCode = keyof typeof errorCodes;
