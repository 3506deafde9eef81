import { type IncomingMessage, validateHeaderName, validateHeaderValue } from "node:http";
import type { Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createZstdDecompress } from "node:zlib";
import { type BoundSecret, matchesRule } from "../../../core/access/index.ts";
import { AppError, reason } from "../../../core/base/index.ts";
import type { Target } from "../../../outbound/reach/target.ts";
import { Refusal } from "../../../outbound/refusal.ts";
import { endToEnd, pairs } from "../forward/headers.ts";
import { maskBytes, maskText } from "./mask.ts";

/** What bound secrets do to the requests of one target. */
export interface SecretUse {
  /** Lower case. Of the client's own headers. */
  readonly droppedHeaders: readonly string[];
  /** Names and values in turn. */
  readonly addedHeaders: readonly string[];
  /** What must not come back. */
  readonly values: readonly string[];
}

export function isBound(secrets: readonly BoundSecret[], { host, port }: Target): boolean {
  return secrets.some((secret) => secret.rules.some((rule) => matchesRule(rule, host, port)));
}

/** For a request with these headers. When two secrets want the same header, the first one listed has it. */
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
    // No encoding and no part of a body: a value that comes back is then found in it.
    droppedHeaders: [...headers.keys(), "accept-encoding", "range", "if-range"],
    addedHeaders: [...headers, ["accept-encoding", "identity"]].flat(),
    values: bound.flatMap(({ value }) => writtenForms(value)),
  };
}

/** Throws `invalid_input` for a secret that no request can carry. */
export function validateSecrets(secrets: readonly BoundSecret[]): void {
  for (const { header, prefix, value } of secrets) {
    try {
      validateHeaderName(header);
      validateHeaderValue(header, `${prefix}${value}`);
    } catch (cause) {
      throw new AppError(
        "invalid_input",
        `A bound secret cannot be sent as the header ${JSON.stringify(header)}: ${reason(cause).replaceAll(value, "[secret]")}. Check its header, and its value for line breaks.`,
      );
    }
    if (value === "" || reservedHeaders.includes(header)) {
      throw new AppError(
        "invalid_input",
        `A bound secret cannot be empty, nor sent as the header ${JSON.stringify(header)}. Give a header such as "authorization".`,
      );
    }
  }
}

export interface AnswerBody {
  readonly phrase: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly transforms: readonly Transform[];
}

/**
 * The answer's head, and what its body passes through. With secrets, their values are masked in both; a body that is
 * encoded although none was asked for is decoded first. Throws a `Refusal` for an encoding that cannot be looked into.
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

/** What a JSON or a URL makes of the value, beside the value itself. */
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
    `The answer is encoded as ${JSON.stringify(name)}, which Tembo cannot look into for the bound secret.`,
  );
}

/** These say where a request goes or where it ends. */
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
