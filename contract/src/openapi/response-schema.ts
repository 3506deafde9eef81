import type { ZodType } from "zod";
import { addComponent, componentPath, type JsonSchema, outputSchema } from "./json-schema.ts";
import { namedSchemas } from "./named-schemas.ts";

/**
 * Adds a response schema, and the named schemas that it refers to, directly or indirectly, to `components`. Returns a
 * reference to the response schema.
 */
export function responseSchema(
  schema: ZodType,
  unnamed: string,
  components: Record<string, JsonSchema>,
): JsonSchema {
  const name = namedSchemas.get(schema) ?? unnamed;
  if (Object.hasOwn(components, name)) return { $ref: componentPath(name) };
  const reference = addComponent(outputSchema(schema, namedSchemas), name, components);
  addReferred(components[name], components);
  return reference;
}

const schemasByPath = new Map([...namedSchemas].map(([schema, name]) => [componentPath(name), schema]));

function addReferred(part: unknown, components: Record<string, JsonSchema>): void {
  if (typeof part !== "object" || part === null) return;
  const { $ref } = part as { readonly $ref?: unknown };
  const named = typeof $ref === "string" ? schemasByPath.get($ref) : undefined;
  if (named !== undefined) responseSchema(named, namedSchemas.get(named)!, components);
  for (const inner of Object.values(part)) addReferred(inner, components);
}
