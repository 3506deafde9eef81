import type { ZodFastifySchemaValidationError } from "fastify-type-provider-zod";

/** One sentence about the first thing that is wrong with a request. */
export function describeInvalid(
  errors: readonly ZodFastifySchemaValidationError[],
  context: string | undefined,
): string {
  const [first] = errors;
  if (first === undefined) return `The ${context ?? "request"} is not valid.`;
  const field = first.instancePath.split("/").filter(Boolean).join(".");
  if (first.keyword === "unrecognized_keys") {
    const { keys } = first.params;
    const names = Array.isArray(keys) ? keys.join(", ") : field;
    return `The ${context ?? "body"} has a field that is not known here: ${names}. Remove it.`;
  }
  const message = first.message ?? "not valid";
  if (field === "") {
    return sentence(
      context === "body" && first.keyword === "invalid_type"
        ? `The body is not valid: ${lowerFirst(message)}`
        : message,
    );
  }
  const place =
    context === "querystring" ? "query parameter" : context === "params" ? "path parameter" : "field";
  return sentence(`The ${place} "${field}" is not valid: ${lowerFirst(message)}`);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
