import type { ZodType } from "zod";

/** An operation of the public API. Path parameters are written `{name}`, as in OpenAPI. */
export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** The origin of the operation: a generation of the vendor's contract, or `tembo` for an operation of this server. */
  readonly tier: "documented" | "npm-0.2.3" | "v1" | "v1-latest" | "tembo";
  /** A short imperative phrase without a period, such as "List sessions, newest first". */
  readonly summary: string;
  /** Details that the summary omits, in complete sentences. */
  readonly description?: string;
  /** True if the operation requires no API key and no sign-in. */
  readonly isOpen?: true;
  readonly params?: ZodType;
  readonly query?: ZodType;
  readonly headers?: ZodType;
  readonly body?: ZodType;
  /** True if the request body is a file's bytes, with the file's media type as the content type. */
  readonly takesBytes?: true;
  /** Maximum size of the request body in bytes, if it differs from the default. */
  readonly maxBodyBytes?: number;
  /**
   * Set if the response contains a ticket or a secret. The server does not store the response for idempotent replay.
   * `repeatable`: a repeated request returns a new ticket or secret, so an idempotency key has no effect. `shownOnce`:
   * the server rejects a repeated request with the same idempotency key.
   */
  readonly secretAnswer?: "shownOnce" | "repeatable";
  /** Status of a successful response. Status 101 means that the path opens a WebSocket. */
  readonly status: 101 | 200 | 201;
  /** Schema of the JSON response. Not set if a successful response has no JSON body. */
  readonly response?: ZodType;
  /** Media type of a response that is not JSON. Defaults to `application/octet-stream`. */
  readonly responseType?: "text/event-stream" | "application/x-ndjson" | "application/octet-stream" | "*/*";
}
