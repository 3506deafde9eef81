import { type ErrorBody, errorCodes } from "@tembo/contract";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { ZodObject } from "zod";
import { AppError, type ErrorCode } from "../core/base/index.ts";
import { describeInvalid, invalidField } from "./describe-invalid.ts";
import { requestIdHeader } from "./request-id.ts";

/** Framework errors that clients cause, with messages that explain what to change. */
const CLIENT_MISTAKES: Readonly<Record<string, readonly [code: ErrorCode, sentence: string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ["invalid_input", "The body is not valid JSON. Send a JSON object."],
  TEMBO_JSON_TOO_DEEP: [
    "invalid_input",
    "The body is nested more than 200 levels deep. Send a body with fewer levels.",
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ["invalid_input", "The body is empty. Send a JSON object."],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    "unsupported_media_type",
    'The content type is not supported. Send "content-type: application/json".',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    "invalid_input",
    "The length of the body does not match the content-length header. Correct the header.",
  ],
  FST_ERR_BAD_URL: ["invalid_input", "The URL is not valid. Check its percent-encoding."],
  FST_ERR_MAX_PARAM_LENGTH: [
    "not_found",
    "The URL contains a parameter that is too long. Check the ID in the path.",
  ],
};

export function sendError(
  error: FastifyError | AppError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  // No hook runs for requests that the router rejects.
  reply.raw.setHeader(requestIdHeader, request.id);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const sentence = describeInvalid(error.validation, error.validationContext, parametersOf(request));
    const [first] = error.validation;
    const isId = error.validationContext === "params" && first?.params.format === "uuid";
    sendRefusal(
      request,
      reply,
      isId ? "invalid_id" : "invalid_input",
      sentence,
      invalidField(error.validation),
    );
    return;
  }
  if ("code" in error && error.code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    sendTooLarge(request, reply);
    return;
  }
  if ("code" in error && error.code === "FST_ERR_ROUTE_MISSING_CONTENT_TYPE") {
    // The request has the method QUERY, for which no routes exist.
    sendNotFound(request, reply);
    return;
  }
  const mistake = "code" in error ? CLIENT_MISTAKES[error.code] : undefined;
  if (mistake !== undefined) {
    sendRefusal(request, reply, ...mistake);
    return;
  }
  if (error instanceof AppError && hasPublicReason(error.code)) {
    if (error.code === "unauthenticated") void reply.header("www-authenticate", 'Bearer realm="tembo"');
    // The published SDK retries a 409 response unless this header prevents it. For a conflict that resolves by itself, the header is
    // already set.
    if (error.code === "conflict" && !reply.hasHeader("x-should-retry"))
      void reply.header("x-should-retry", "false");
    sendRefusal(request, reply, error.code, error.message, error.field);
    return;
  }
  sendInternal(error, request, reply);
}

function parametersOf({ routeOptions }: FastifyRequest): readonly string[] {
  const query = routeOptions.schema?.querystring;
  return query instanceof ZodObject ? Object.keys(query.shape) : [];
}

/**
 * Sends the error and keeps the connection open, so that the server can read and discard the rest of the body until the request times out.
 * If the server closed the connection immediately, a client that is still sending would report a broken connection instead of the error.
 */
function sendTooLarge(request: FastifyRequest, reply: FastifyReply): void {
  const kib = request.routeOptions.bodyLimit / 1024;
  const limit = kib < 1024 ? `${kib} KiB` : `${kib / 1024} MiB`;
  reply.removeHeader("connection");
  sendRefusal(request, reply, "too_large", `The body is larger than ${limit}. Send a smaller one.`);
}

/** True if the caller can act on the message. `unreachable` refers to a server that the caller chose. */
const hasPublicReason = (code: ErrorCode) => errorCodes[code].status < 500 || code === "unreachable";

/** Sends an error without internal details. The request ID identifies the log entry that contains these details. */
function sendInternal(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  request.log.error({ err: error }, "request failed");
  const code = error instanceof AppError ? error.code : "internal";
  const sentence =
    code === "unavailable"
      ? "The database cannot be reached. Try again in a moment."
      : `Something went wrong on the server. To find the reason, search the server's log for the request ID ${request.id}.`;
  sendRefusal(request, reply, code, sentence);
}

export function sendNotFound(request: FastifyRequest, reply: FastifyReply): void {
  const [path] = request.url.split("?", 1);
  const sentence = `Unknown operation: ${request.method} ${path?.slice(0, 200)}. See the API reference for all operations.`;
  sendRefusal(request, reply, "not_found", sentence);
}

/** Sends an API error with the status of its code. */
export function sendRefusal(
  { id }: FastifyRequest,
  reply: FastifyReply,
  code: ErrorCode,
  sentence: string,
  field?: string,
): FastifyReply {
  const body: ErrorBody = { error: sentence, code, ...(field !== undefined && { field }), requestId: id };
  return reply.code(errorCodes[code].status).send(body);
}
