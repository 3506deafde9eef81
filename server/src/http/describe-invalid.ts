import type { ZodFastifySchemaValidationError } from "fastify-type-provider-zod";
import { asSentence } from "../core/base/index.ts";

/** Returns the path of the first invalid field or parameter, such as `egress.allow.0`, or undefined if the request as a whole is invalid. */
export function invalidField([first]: readonly ZodFastifySchemaValidationError[]): string | undefined {
  if (first === undefined) return undefined;
  const { keys } = first.params;
  const unknown = first.keyword === "unrecognized_keys" && Array.isArray(keys) ? keys.slice(0, 1) : [];
  return [...first.instancePath.split("/").filter(Boolean), ...unknown].join(".") || undefined;
}

/**
 * Describes the first problem of a request and how to fix it. `knownParameters` lists the query parameters that the
 * route accepts.
 */
export function describeInvalid(
  errors: readonly ZodFastifySchemaValidationError[],
  context: string | undefined,
  knownParameters: readonly string[] = [],
): string {
  const [first] = errors;
  if (first === undefined) return `The ${context ?? "request"} is not valid.`;
  const field = first.instancePath.split("/").filter(Boolean).join(".");
  if (first.keyword === "unrecognized_keys") {
    const { keys } = first.params;
    const names = Array.isArray(keys) ? keys.join(", ") : field;
    if (context === "querystring") return describeUnknownParameters(names, knownParameters);
    return Array.isArray(keys) && keys.length > 1
      ? `The ${context ?? "body"} has unknown fields: ${names}. Remove them.`
      : `The ${context ?? "body"} has an unknown field: ${names}. Remove it.`;
  }
  if (field === "") {
    if (first.keyword === "invalid_type" && context === "body")
      return "The body is missing or is not a JSON object. Send a JSON object.";
    return asSentence(first.message ?? `The ${context ?? "request"} is not valid`);
  }
  return describeField(`The ${parameterKind(context)} "${field}"`, first);
}

function describeUnknownParameters(names: string, known: readonly string[]): string {
  const next =
    known.length === 0
      ? "Remove the parameter. The operation has no query parameters."
      : `Use one of ${known.join(", ")}.`;
  return `The query has an unknown parameter: ${names}. ${next}`;
}

function describeField(
  subject: string,
  { keyword, params, message = "not valid" }: ZodFastifySchemaValidationError,
) {
  const isText = params.origin === "string";
  // Zod reports a missing value only in the message.
  if (keyword === "invalid_type" && message.endsWith("received undefined")) return `${subject} is missing.`;
  if (keyword === "too_small" && isText && params.minimum === 1)
    return `${subject} is empty. Enter some text.`;
  if (keyword === "too_big" && isText)
    return `${subject} is longer than ${params.maximum} characters. Shorten it.`;
  if (params.format === "uuid") return `${subject} is not a UUID. Use an ID from the API.`;
  return asSentence(`${subject} is not valid: ${lowerFirst(message)}`);
}

function parameterKind(context: string | undefined): string {
  if (context === "querystring") return "query parameter";
  if (context === "params") return "path parameter";
  return context === "headers" ? "header" : "field";
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
