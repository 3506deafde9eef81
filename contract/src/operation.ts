import type { ZodType } from "zod";

/** One operation of the public API. Paths use `{name}` for parameters, as OpenAPI does. */
export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** Where the operation comes from: a generation of the vendor's contract, or `tembo` for one of ours. */
  readonly tier: "documented" | "npm-0.2.3" | "v1" | "v1-latest" | "tembo";
  readonly summary: string;
  /** Answers whoever asks, without an API key. */
  readonly isOpen?: true;
  readonly params?: ZodType;
  readonly query?: ZodType;
  readonly headers?: ZodType;
  readonly body?: ZodType;
  /** The body is a file's bytes, with its media type as the content type. */
  readonly takesBytes?: true;
  /** Of a body that may be larger than others, as it is sent. */
  readonly maxBodyBytes?: number;
  /**
   * The answer holds a ticket or a secret, and is stored nowhere. `repeatable`: asking again gives another one, so an idempotency key makes
   * no difference; `shownOnce`: asking again under the key is refused.
   */
  readonly secretAnswer?: "shownOnce" | "repeatable";
  /** 101: what is at the path is a WebSocket. */
  readonly status: 101 | 200 | 201;
  /** Absent where the answer is no JSON. */
  readonly response?: ZodType;
  /** What an answer that is no JSON is instead; bytes when it is absent. */
  readonly responseType?: "text/event-stream" | "application/x-ndjson" | "application/octet-stream" | "*/*";
}
