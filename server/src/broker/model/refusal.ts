import type { ServerResponse } from "node:http";
import type { ModelFamily } from "../../core/access/index.ts";

/** Reasons why the gateway itself refuses a request. Each reason has a status after which clients retry only if a retry can succeed. */
export type RefusalKind =
  | "badRequest"
  | "reachesOut"
  | "noPrice"
  | "budgetReached"
  | "unknownPath"
  | "tooLarge"
  | "tooMany"
  | "unreachable"
  /** The organization's or the operator's credential is rejected or unusable. */
  | "credentialRefused"
  | "notRecorded";

export interface Refusal {
  readonly kind: RefusalKind;
  /** Sentence for users. */
  readonly message: string;
}

/** Responds with the refusal in the family's own error format. */
export function refuse(response: ServerResponse, family: ModelFamily, { kind, message }: Refusal): void {
  const { status, mayRetry, anthropic, openai, gemini } = forms[kind];
  const code = kind === "budgetReached" && family !== "anthropic" ? 400 : status;
  const bodies: Record<ModelFamily, object> = {
    anthropic: { type: "error", error: { type: anthropic, message } },
    openai: { error: { message, type: openai, param: null, code: null } },
    gemini: { error: { code, message, status: gemini } },
  };
  response.writeHead(code, {
    "content-type": "application/json",
    ...(mayRetry ? {} : { "x-should-retry": "false" }),
  });
  response.end(JSON.stringify(bodies[family]));
}

const badRequest = {
  status: 400,
  mayRetry: false,
  anthropic: "invalid_request_error",
  openai: "invalid_request_error",
  gemini: "INVALID_ARGUMENT",
};

/**
 * Statuses and error types by kind and family. Anthropic's clients interpret 402 as `billing_error`. Some clients of OpenAI and Gemini
 * retry after any unknown status, but not after 400.
 */
const forms: Record<
  RefusalKind,
  {
    readonly status: number;
    readonly mayRetry: boolean;
    readonly anthropic: string;
    readonly openai: string;
    readonly gemini: string;
  }
> = {
  badRequest,
  // Not 403, because clients interpret it as an invalid key.
  reachesOut: badRequest,
  noPrice: badRequest,
  budgetReached: {
    status: 402,
    mayRetry: false,
    anthropic: "billing_error",
    openai: "insufficient_quota",
    gemini: "FAILED_PRECONDITION",
  },
  unknownPath: {
    status: 404,
    mayRetry: false,
    anthropic: "not_found_error",
    openai: "invalid_request_error",
    gemini: "NOT_FOUND",
  },
  tooLarge: {
    status: 413,
    mayRetry: false,
    anthropic: "request_too_large",
    openai: "invalid_request_error",
    gemini: "INVALID_ARGUMENT",
  },
  tooMany: {
    status: 429,
    mayRetry: true,
    anthropic: "rate_limit_error",
    openai: "rate_limit_exceeded",
    gemini: "RESOURCE_EXHAUSTED",
  },
  unreachable: {
    status: 502,
    mayRetry: true,
    anthropic: "api_error",
    openai: "server_error",
    gemini: "UNAVAILABLE",
  },
  credentialRefused: {
    status: 401,
    mayRetry: false,
    anthropic: "authentication_error",
    openai: "authentication_error",
    gemini: "UNAUTHENTICATED",
  },
  notRecorded: {
    status: 503,
    mayRetry: true,
    anthropic: "api_error",
    openai: "server_error",
    gemini: "UNAVAILABLE",
  },
};
