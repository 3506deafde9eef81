import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { ZodObject } from "zod";
import { AppError, type ErrorCode } from "../core/errors.ts";
import { describeInvalid } from "./describe-invalid.ts";

/** The one place that knows statuses. */
export const statusOf = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  confirmation_required: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  unavailable: 503,
  rate_limited: 429,
  fenced: 500,
  sandbox_unavailable: 503,
  limit_reached: 502,
  budget_reached: 502,
  harness_failed: 502,
  model_failed: 502,
  model_key_rejected: 502,
  goal_not_reached: 502,
  git_failed: 502,
  branch_not_found: 502,
  push_rejected: 502,
  forge_failed: 502,
  unreachable: 502,
  forge_unauthorized: 502,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;

/** Errors of the framework that a client causes, as sentences that say what to change. */
const CLIENT_MISTAKES: Readonly<Record<string, readonly [status: number, sentence: string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: [400, "The body is not valid JSON; send a JSON object."],
  TEMBO_JSON_TOO_DEEP: [400, "The body is nested deeper than 200 levels; make it flatter."],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, "The body is empty; send a JSON object."],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    415,
    'The content type is not supported; send "content-type: application/json".',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, "The body does not have the length that content-length says."],
  FST_ERR_BAD_URL: [400, "The URL is not well formed."],
  FST_ERR_MAX_PARAM_LENGTH: [404, "There is nothing at this address."],
};

export function sendError(
  error: FastifyError | AppError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  // A request that the router rejects has run no hook.
  reply.raw.setHeader("x-request-id", request.id);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const sentence = describeInvalid(error.validation, error.validationContext, parametersOf(request));
    void reply.code(400).send({ error: sentence });
    return;
  }
  if ("code" in error && error.code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    sendTooLarge(request, reply);
    return;
  }
  if ("code" in error && error.code === "FST_ERR_ROUTE_MISSING_CONTENT_TYPE") {
    // Of the method QUERY, which no route has.
    sendNotFound(request, reply);
    return;
  }
  const mistake = "code" in error ? CLIENT_MISTAKES[error.code] : undefined;
  if (mistake !== undefined) {
    const [status, sentence] = mistake;
    void reply.code(status).send({ error: sentence });
    return;
  }
  if (error instanceof AppError && isToldWhy(error.code)) {
    if (error.code === "unauthenticated") void reply.header("www-authenticate", 'Bearer realm="tembo"');
    // The published SDK repeats a 409 unless told not to; one that passes by itself has said so.
    if (error.code === "conflict" && !reply.hasHeader("x-should-retry"))
      void reply.header("x-should-retry", "false");
    const code = error.code === "confirmation_required" ? { code: error.code } : {};
    void reply.code(statusOf[error.code]).send({ error: error.message, ...code });
    return;
  }
  sendInternal(error, request, reply);
}

/** The parameters that the query of the route takes. */
function parametersOf({ routeOptions }: FastifyRequest): readonly string[] {
  const query = routeOptions.schema?.querystring;
  return query instanceof ZodObject ? Object.keys(query.shape) : [];
}

/**
 * The rest of the body is read and dropped, until the time for a request is over: a client that still sends would have a connection
 * that is closed at once as broken, and never read the sentence.
 */
function sendTooLarge(request: FastifyRequest, reply: FastifyReply): void {
  const kib = request.routeOptions.bodyLimit / 1024;
  const limit = kib < 1024 ? `${kib} KiB` : `${kib / 1024} MiB`;
  void reply
    .removeHeader("connection")
    .code(413)
    .send({ error: `The body is larger than ${limit}; send less.` });
}

/** What the caller can change; `unreachable` is of a server that the caller has named. */
const isToldWhy = (code: ErrorCode) => statusOf[code] < 500 || code === "unreachable";

/** Shows nothing of the inside; the request id leads to the log line that does. */
function sendInternal(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const isUnavailable = error instanceof AppError && error.code === "unavailable";
  request.log.error({ err: error }, "request failed");
  const status = error instanceof AppError ? statusOf[error.code] : 500;
  const sentence = isUnavailable
    ? "The database is not reachable; try again in a moment."
    : `Something went wrong on the server; its log tells more under request id ${request.id}.`;
  void reply.code(status).send({ error: sentence });
}

export function sendNotFound(request: FastifyRequest, reply: FastifyReply): void {
  const [path] = request.url.split("?", 1);
  void reply.code(404).send({
    error: `There is no ${request.method} ${path?.slice(0, 200)}; see the API reference for what there is.`,
  });
}
