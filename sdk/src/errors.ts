/** Everything this package throws. */
export class TemboError extends Error {
  override readonly name: string = "TemboError";
}

/** A request that was not answered with success. `message` is the sentence of the server, made to be shown to a person. */
export class APIError extends TemboError {
  override readonly name: string = "APIError";
  /** The HTTP status; undefined when no answer arrived. */
  readonly status: number | undefined;
  /** The body of the answer: parsed when it is JSON, else its text. */
  readonly error: unknown;
  readonly headers: Headers | undefined;
  /** What the server calls this request in its logs. */
  readonly requestID: string | null;

  constructor(
    status: number | undefined,
    error: unknown,
    message: string,
    options: { headers?: Headers | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = status;
    this.error = error;
    this.headers = options.headers;
    this.requestID = options.headers?.get("x-request-id") ?? null;
  }
}

export class BadRequestError extends APIError {
  override readonly name = "BadRequestError";
}
export class AuthenticationError extends APIError {
  override readonly name = "AuthenticationError";
}
export class PermissionDeniedError extends APIError {
  override readonly name = "PermissionDeniedError";
}
export class NotFoundError extends APIError {
  override readonly name = "NotFoundError";
}
export class ConflictError extends APIError {
  override readonly name = "ConflictError";
}
export class UnprocessableEntityError extends APIError {
  override readonly name = "UnprocessableEntityError";
}
export class RateLimitError extends APIError {
  override readonly name = "RateLimitError";
}
/** Status 500 and above. */
export class InternalServerError extends APIError {
  override readonly name = "InternalServerError";
}

/** No answer arrived, or it broke off: the server is not there, or the network failed. */
export class APIConnectionError extends APIError {
  override readonly name: string = "APIConnectionError";
  constructor(message: string, cause?: unknown) {
    super(undefined, undefined, message, { cause });
  }
}
export class APIConnectionTimeoutError extends APIConnectionError {
  override readonly name = "APIConnectionTimeoutError";
}
/** The caller's own signal ended the request. */
export class APIUserAbortError extends APIError {
  override readonly name = "APIUserAbortError";
  constructor(cause?: unknown) {
    super(undefined, undefined, "The request was aborted.", { cause });
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

/** The error for an answer that is no success; `text` is its body. */
export function errorOfResponse(status: number, headers: Headers, text: string): APIError {
  const body = parsed(text);
  const Class = byStatus.get(status) ?? (status >= 500 ? InternalServerError : APIError);
  return new Class(status, body, sentenceOf(body) ?? `The server answered with status ${status}.`, {
    headers,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy on the way answers in HTML or plain text: that text is the body then.
    return text;
  }
}

function sentenceOf(body: unknown): string | null {
  if (typeof body !== "object" || body === null || !("error" in body)) return null;
  return typeof body.error === "string" && body.error !== "" ? body.error : null;
}
