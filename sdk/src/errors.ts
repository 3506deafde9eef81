import type { ErrorBody, ErrorCode } from "./types.ts";

/** Base class of the errors that this package defines. */
export class TemboError extends Error {
  override readonly name: string = "TemboError";
}

/** API error code. docs/reference/errors.md lists the codes. A newer server may return other codes. */
export type APIErrorCode = ErrorCode;

/**
 * Error for a failed request. `message` can be shown to users. It is the server's error message, or a description of
 * the failure if the server sent none.
 */
export class APIError extends TemboError {
  override readonly name: string = "APIError";
  /**
   * The HTTP status of the response, or undefined if no response arrived. For an error on a live connection, the status
   * that belongs to `code`.
   */
  readonly status: number | undefined;
  /** The error code from the body, or else the code that belongs to the status, or null if neither is known. */
  readonly code: APIErrorCode | null;
  /** The field or parameter of the request that caused the error, or null. */
  readonly field: string | null;
  /** The response body: the parsed value if it is JSON, otherwise the text. `undefined` if no response arrived. */
  readonly error: unknown;
  readonly headers: Headers | undefined;
  /** The ID of the request in the server's logs, or null if the server sent none. */
  readonly requestID: string | null;

  constructor(
    status: number | undefined,
    error: unknown,
    message: string,
    options: { headers?: Headers | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = status;
    const body = isErrorBody(error) ? error : null;
    this.code = body?.code ?? (status === undefined ? undefined : codeOf.get(status)) ?? null;
    this.field = body?.field ?? null;
    this.error = error;
    this.headers = options.headers;
    this.requestID = options.headers?.get("x-request-id") ?? null;
  }
}

function isErrorBody(body: unknown): body is Pick<ErrorBody, "code" | "field"> {
  if (typeof body !== "object" || body === null || !("code" in body)) return false;
  return typeof body.code === "string" && (!("field" in body) || typeof body.field === "string");
}

const codeOf: ReadonlyMap<number, APIErrorCode> = new Map([
  [400, "invalid_input"],
  [401, "unauthenticated"],
  [403, "forbidden"],
  [404, "not_found"],
  [409, "conflict"],
  [429, "rate_limited"],
  [500, "internal"],
  [502, "unreachable"],
  [503, "unavailable"],
]);

/** Status 400: the request is invalid. */
export class BadRequestError extends APIError {
  override readonly name = "BadRequestError";
}
/** Status 401: the API key is missing or invalid. */
export class AuthenticationError extends APIError {
  override readonly name = "AuthenticationError";
}
/** Status 403: the caller lacks the permission. */
export class PermissionDeniedError extends APIError {
  override readonly name = "PermissionDeniedError";
}
/** Status 404: the object does not exist, or the caller has no access to it. */
export class NotFoundError extends APIError {
  override readonly name = "NotFoundError";
}
/** Status 409: the request conflicts with the current state. */
export class ConflictError extends APIError {
  override readonly name = "ConflictError";
}
/** Status 422: the server cannot process the request. */
export class UnprocessableEntityError extends APIError {
  override readonly name = "UnprocessableEntityError";
}
/** Status 429: too many requests. */
export class RateLimitError extends APIError {
  override readonly name = "RateLimitError";
}
/** The server responded with status 500 or higher. */
export class InternalServerError extends APIError {
  override readonly name = "InternalServerError";
}

/** No response arrived, or a response or a connection ended early: the server is unreachable or the network failed. */
export class APIConnectionError extends APIError {
  override readonly name: string = "APIConnectionError";
  constructor(message: string, cause?: unknown) {
    super(undefined, undefined, message, { cause });
  }
}
/** A request timed out, or a live connection received no data within its heartbeat timeout. */
export class APIConnectionTimeoutError extends APIConnectionError {
  override readonly name = "APIConnectionTimeoutError";
}
/** The caller's signal aborted the request. */
export class APIUserAbortError extends APIError {
  override readonly name = "APIUserAbortError";
  constructor(cause?: unknown) {
    super(undefined, undefined, "The request was aborted.", { cause });
  }
}

/** `sessions.wait` reached its timeout. The session keeps running. */
export class WaitTimeoutError extends TemboError {
  override readonly name = "WaitTimeoutError";
  readonly sessionId: string;
  constructor(sessionId: string, timeoutMs: number) {
    super(
      `Session ${sessionId} did not become idle within ${timeoutMs} ms. It keeps running. Wait again, or set a longer timeout.`,
    );
    this.sessionId = sessionId;
  }
}

const byStatus = new Map<number, typeof APIError>([
  [400, BadRequestError],
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [409, ConflictError],
  [422, UnprocessableEntityError],
  [429, RateLimitError],
]);

/** Returns the error for a failed response. `text` is the response body. */
export function errorOfResponse(status: number, headers: Headers, text: string): APIError {
  const body = parsed(text);
  const Class = classOf(status);
  return new Class(status, body, readErrorMessage(body) ?? `The server responded with status ${status}.`, {
    headers,
  });
}

/**
 * Returns the error class that belongs to a code, without a response. Returns null if no status belongs to the code.
 */
export function errorOfCode(code: string | undefined, message: string): APIError | null {
  for (const [status, known] of codeOf) {
    if (known === code) return new (classOf(status))(status, undefined, message);
  }
  return null;
}

function classOf(status: number): typeof APIError {
  return byStatus.get(status) ?? (status >= 500 ? InternalServerError : APIError);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The response of a proxy may be HTML or plain text.
    return text;
  }
}

function readErrorMessage(body: unknown): string | null {
  if (typeof body !== "object" || body === null || !("error" in body)) return null;
  return typeof body.error === "string" && body.error !== "" ? body.error : null;
}
