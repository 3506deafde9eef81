import type { ZodType } from "zod";

/** An operation of the public API. Paths use `{name}` for parameters, like OpenAPI. */
export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** The origin of the operation: a generation of the vendor's contract, or `tembo` for an operation of this server. */
  readonly tier: "documented" | "npm-0.2.3" | "v1" | "v1-latest" | "tembo";
  /** A short imperative phrase without a period, such as "List sessions, newest first". */
  readonly summary: string;
  /** Details that the summary omits, as whole sentences. */
  readonly description?: string;
  /** True if the operation needs no API key. */
  readonly isOpen?: true;
  readonly params?: ZodType;
  readonly query?: ZodType;
  readonly headers?: ZodType;
  readonly body?: ZodType;
  /** True if the body is the bytes of a file, with its media type as the content type. */
  readonly takesBytes?: true;
  /** Maximum size of the body as sent, if it may be larger than other bodies. */
  readonly maxBodyBytes?: number;
  /**
   * Set if the response contains a ticket or a secret, which is not stored for idempotent replay. `repeatable`: a
   * repeated request returns another one, so an idempotency key has no effect. `shownOnce`: a repeated request with the
   * same key is rejected.
   */
  readonly secretAnswer?: "shownOnce" | "repeatable";
  /** 101 means that the path is a WebSocket. */
  readonly status: 101 | 200 | 201;
  /** Absent if the response is not JSON. */
  readonly response?: ZodType;
  /** Media type of a response that is not JSON; bytes if absent. */
  readonly responseType?: "text/event-stream" | "application/x-ndjson" | "application/octet-stream" | "*/*";
}
