import type { Operation } from "@tembo/contract";
import { exampleIds, examples } from "@tembo/contract/openapi-examples";
import { z } from "zod";
import { mutations } from "../samples.ts";
import type { JsonSchema } from "../vendor-contract.ts";

export interface PlainRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Stops the resolution of a recursive schema after one step. */
const endsThere = (): JsonSchema => ({});

export const inputSchemaOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
export const samplesOf = (schema: z.ZodType) => mutations(inputSchemaOf(schema), endsThere);

/**
 * Returns the example body of an operation, with real IDs. Without an example, returns the fullest body that the schema
 * accepts. Returns undefined if the operation accepts no body.
 */
export function exampleBody(
  name: string,
  operation: Operation,
  ids: Readonly<Record<string, string>>,
): unknown {
  if (operation.body === undefined) return undefined;
  const example =
    (examples as Readonly<Record<string, unknown>>)[name] ?? samplesOf(operation.body)[0]!.value;
  let text = JSON.stringify(example);
  for (const [parameter, placeholder] of Object.entries(exampleIds))
    text = text.replaceAll(placeholder, ids[parameter] ?? placeholder);
  return JSON.parse(text);
}

/**
 * Builds the request for an operation. The query contains only required parameters. `values` must contain every path
 * parameter.
 */
export function fillRequest(
  operation: Operation,
  values: Readonly<Record<string, string>>,
  body: unknown,
): PlainRequest {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(values[name]!),
  );
  const query = new URLSearchParams(neededQuery(operation, values)).toString();
  return {
    method: operation.method,
    path: query === "" ? path : `${path}?${query}`,
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(operation.takesBytes && { "content-type": "text/plain" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(operation.takesBytes && { body: "bytes" }),
  };
}

export function neededQuery(
  { query }: Operation,
  values: Readonly<Record<string, string>> = {},
): Record<string, string> {
  if (query === undefined) return {};
  const { required = [] } = inputSchemaOf(query) as { required?: string[] };
  const full = samplesOf(query)[0]!.value as Record<string, unknown>;
  return Object.fromEntries(required.map((name) => [name, values[name] ?? String(full[name])]));
}
