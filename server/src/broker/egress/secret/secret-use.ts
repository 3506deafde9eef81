import { type IncomingMessage, validateHeaderName, validateHeaderValue } from "node:http";
import type { Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createZstdDecompress } from "node:zlib";
import { type BoundSecret, matchesRule } from "../../../core/access/index.ts";
import { AppError, reason, withReason } from "../../../core/base/index.ts";
import type { Target } from "../../../outbound/reach/target.ts";
import { Refusal } from "../../../outbound/refusal.ts";
import { endToEnd, pairs } from "../forward/headers.ts";
import { maskBytes, maskText } from "./mask.ts";

/** Changes that header injection rules make to the requests to one target. */
export interface SecretUse {
  /** Lowercase names of the headers to remove from the client's request. */
  readonly droppedHeaders: readonly string[];
  /** Headers to add, as alternating names and values. */
  readonly addedHeaders: readonly string[];
  /** Secret values to mask in the response. */
  readonly values: readonly string[];
}

export function isBound(secrets: readonly BoundSecret[], { host, port }: Target): boolean {
  return secrets.some((secret) => secret.rules.some((rule) => matchesRule(rule, host, port)));
}

/**
 * Returns the changes to make to a request that is sent to this target with the headers `sent`. If two secrets set the same header, the first
 * secret in the list wins. A secret with `inPlaceOf` is added only if the client sent that value in the header. The values of all secrets for
 * the target are masked.
 */
export function secretUseFor(
  secrets: readonly BoundSecret[],
  { host, port }: Target,
  sent: IncomingMessage["headers"],
): SecretUse {
  const bound = secrets.filter((secret) => secret.rules.some((rule) => matchesRule(rule, host, port)));
  const headers = new Map<string, string>();
  for (const { header, prefix, value, inPlaceOf } of bound) {
    if (inPlaceOf !== undefined && sent[header] !== `${prefix}${inPlaceOf}`) continue;
    if (!headers.has(header)) headers.set(header, `${prefix}${value}`);
  }
  return {
    // These headers could result in an encoded or partial body, in which the proxy cannot find secret values.
    droppedHeaders: [...headers.keys(), "accept-encoding", "range", "if-range"],
    addedHeaders: [...headers, ["accept-encoding", "identity"]].flat(),
    values: bound.flatMap(({ value }) => writtenForms(value)),
  };
}

/** Throws `invalid_input` if a secret is empty, if it cannot be sent in its header, or if the header is reserved. */
export function validateSecrets(secrets: readonly BoundSecret[]): void {
  for (const { header, prefix, value } of secrets) {
    try {
      validateHeaderName(header);
      validateHeaderValue(header, `${prefix}${value}`);
    } catch (cause) {
      throw new AppError(
        "invalid_input",
        `${withReason(`The secret cannot be sent in the header ${JSON.stringify(header)}`, reason(cause).replaceAll(value, "[secret]"))} Check the header name, and the value for line breaks.`,
      );
    }
    if (value === "") throw new AppError("invalid_input", "The secret is empty. Set a value.");
    if (reservedHeaders.includes(header)) {
      throw new AppError(
        "invalid_input",
        `The header ${JSON.stringify(header)} is reserved. Choose another, such as "authorization".`,
      );
    }
  }
}

export interface AnswerBody {
  readonly phrase: string;
  /** Alternating names and values. */
  readonly headers: string[];
  readonly transforms: readonly Transform[];
}

/**
 * Returns the response's head and the transforms for its body. If `secretUse` is not null, decodes an encoded body, and masks the secret values
 * in the head and in the body. In this case, throws a `Refusal` if the encoding is unknown.
 */
export function answerBody(answer: IncomingMessage, method: string, secretUse: SecretUse | null): AnswerBody {
  const length = answer.headers["content-length"];
  const sized =
    length === undefined || answer.headers["transfer-encoding"] !== undefined
      ? []
      : ["Content-Length", length];
  const phrase = answer.statusMessage ?? "";
  if (secretUse === null) {
    return { phrase, headers: [...endToEnd(answer.rawHeaders), ...sized], transforms: [] };
  }
  const { values } = secretUse;
  const hasBody = method !== "HEAD" && answer.statusCode !== 204 && answer.statusCode !== 304;
  const decoders = hasBody
    ? (answer.headers["content-encoding"] ?? "").split(",").map(decoder).reverse()
    : [];
  const decoded = decoders.filter((found) => found !== null);
  const dropped = decoded.length > 0 ? ["content-encoding"] : [];
  const masked = pairs(endToEnd(answer.rawHeaders, dropped)).flatMap(([name, value]) => [
    maskText(name, values),
    maskText(value, values),
  ]);
  return {
    phrase: maskText(phrase, values),
    headers: [...masked, ...(decoded.length > 0 ? [] : sized)],
    transforms: hasBody ? [...decoded, maskBytes(values)] : [],
  };
}

/** Returns the value, and its escaped forms in JSON and in URLs. */
function writtenForms(value: string): readonly string[] {
  return [...new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])];
}

function decoder(encoding: string): Transform | null {
  const name = encoding.trim().toLowerCase();
  if (name === "" || name === "identity") return null;
  if (name === "gzip" || name === "x-gzip") return createGunzip();
  if (name === "br") return createBrotliDecompress();
  if (name === "zstd") return createZstdDecompress();
  throw new Refusal(
    502,
    "Tembo: unknown content-encoding",
    `Tembo cannot mask the secret in a response with the content encoding ${JSON.stringify(name)}.`,
  );
}

/** Headers that determine where a request is sent, how it is framed or how the response is encoded. */
const reservedHeaders = [
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "expect",
  "keep-alive",
  "accept-encoding",
];
