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

/** A schema that holds itself ends after one step. */
const endsThere = (): JsonSchema => ({});

export const inputSchemaOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
export const samplesOf = (schema: z.ZodType) => mutations(inputSchemaOf(schema), endsThere);

/** The example of an operation's body with real ids in the place of its own; where there is none, the fullest body of its schema. */
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

/** The request for an operation, with only those query parameters that it cannot do without. */
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
