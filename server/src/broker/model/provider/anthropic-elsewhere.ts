import type { IncomingHttpHeaders } from "node:http";
import { Transform } from "node:stream";
import { BoundedBuffer } from "../../../runtime/bounded-buffer.ts";
import { plainName, walkFields } from "../reach/walk-fields.ts";
import type { Answer, Asked } from "../upstream.ts";

/**
 * Fields of the Messages API that cloud providers support. They reject a request with any other field ("Extra inputs are not permitted").
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
 */
const knownFields = new Set([
  "max_tokens",
  "messages",
  "metadata",
  "stop_sequences",
  "system",
  "temperature",
  "thinking",
  "tool_choice",
  "tools",
  "top_k",
  "top_p",
]);
/** Fields that require a beta, by the name of the beta. */
const fieldsOfBetas: Readonly<Record<string, string>> = {
  "context-management-2025-06-27": "context_management",
  "effort-2025-11-24": "output_config",
};
/** Betas that cloud providers also support. They reject a request with an unknown beta ("invalid beta flag"). */
const knownBetas = new Set([
  ...Object.keys(fieldsOfBetas),
  "computer-use-2025-01-24",
  "computer-use-2025-11-24",
  "context-1m-2025-08-07",
  "interleaved-thinking-2025-05-14",
  "output-128k-2025-02-19",
  "token-efficient-tools-2025-02-19",
  "tool-examples-2025-10-29",
  "tool-search-tool-2025-10-19",
]);

/**
 * Converts a Messages API request to the form that cloud providers accept, without the model and `stream`. Returns the supported betas
 * separately. Drops fields, betas and cache settings that only Anthropic's own API supports.
 */
export function bodyElsewhere({ headers, body }: Pick<Asked, "headers" | "body">): {
  readonly body: Record<string, unknown>;
  readonly betas: readonly string[];
} {
  const betas = String(headers["anthropic-beta"] ?? "")
    .split(",")
    .map((beta) => beta.trim())
    .filter((beta) => knownBetas.has(beta));
  const ofBetas = new Set(betas.map((beta) => fieldsOfBetas[beta]));
  const kept = Object.fromEntries(
    Object.entries(body ?? {}).filter(([name]) => knownFields.has(name) || ofBetas.has(name)),
  );
  return { body: withPlainCaches(kept), betas };
}

/** Reduces cache settings to type and lifetime, because cloud providers support no others. */
function withPlainCaches(body: Record<string, unknown>): Record<string, unknown> {
  const copy = structuredClone(body);
  walkFields(copy, (name, value) => {
    if (name !== "cachecontrol") return true;
    if (typeof value === "object" && value !== null) {
      for (const inner of Object.keys(value)) {
        if (!["type", "ttl"].includes(plainName(inner))) delete (value as Record<string, unknown>)[inner];
      }
    }
    return false;
  });
  return copy;
}

const maxErrorBytes = 65_536;

/**
 * Converts a cloud provider's error response to Anthropic's format, so that clients recognize it. Keeps a body that already has this format.
 * Drops all headers except `retry-after`.
 */
export function errorAsAnthropic(answer: Answer): Answer {
  const status = statusFor(answer.statusCode!);
  const body = new BoundedBuffer(maxErrorBytes);
  const translated = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      body.add(chunk);
      done();
    },
    flush(done) {
      done(null, JSON.stringify(errorOf(status, body.toBuffer().toString())));
    },
  });
  const after = answer.headers["retry-after"];
  const headers: IncomingHttpHeaders = {
    "content-type": "application/json",
    ...(after !== undefined && { "retry-after": after }),
  };
  pipe(answer, translated);
  return Object.assign(translated, { statusCode: status, headers });
}

/** Pipes one stream into the other. If `from` fails or closes early, destroys `into` with an error. If `into` closes, destroys `from`. */
export function pipe(from: Answer, into: Transform): void {
  from.on("error", (error) => into.destroy(error));
  from.on("close", () => {
    if (!from.readableEnded) into.destroy(new Error("it closed the connection in the middle of a response"));
  });
  into.on("close", () => from.destroy());
  from.pipe(into);
}

/** Returns 502 for status 424 (failed model), which is worth a retry, because clients do not retry after an unknown status. */
const statusFor = (status: number) => (status === 424 ? 502 : status);

const types: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

export const errorTypeOf = (status: number) => types[status] ?? "api_error";

function errorOf(status: number, text: string): unknown {
  const parsed = parse(text);
  if (parsed?.type === "error") return parsed;
  const { error } = parsed ?? {};
  const inner =
    typeof error === "object" && error !== null ? (error as { message?: unknown }).message : error;
  const message = [inner, parsed?.message, parsed?.Message].find((one) => typeof one === "string");
  return {
    type: "error",
    error: { type: errorTypeOf(status), message: message ?? text.slice(0, 1_000) },
  };
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch (error) {
    // The body is not JSON, so the message is the text itself.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
