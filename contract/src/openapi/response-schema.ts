import type { ZodType } from "zod";
import { addComponent, type Components } from "./components.ts";
import { componentPath, type JsonSchema, outputSchema } from "./json-schema.ts";
import { namedSchemas } from "./named-schemas.ts";

/**
 * Adds a response schema, and the named schemas that it refers to, directly or indirectly, to `components`. Returns a
 * reference to the response schema.
 */
export function responseSchema(schema: ZodType, unnamed: string, components: Components): JsonSchema {
  const name = namedSchemas.get(schema) ?? unnamed;
  if (!components.reserve(name, schema, "output")) return { $ref: componentPath(name) };
  const reference = addComponent(outputSchema(schema, namedSchemas), name, components);
  addReferred(components.schemas[name], components);
  return reference;
}

const schemasByPath = new Map([...namedSchemas].map(([schema, name]) => [componentPath(name), schema]));

function addReferred(part: unknown, components: Components): void {
  if (typeof part !== "object" || part === null) return;
  const { $ref } = part as { readonly $ref?: unknown };
  const named = typeof $ref === "string" ? schemasByPath.get($ref) : undefined;
  if (named !== undefined) responseSchema(named, namedSchemas.get(named)!, components);
  for (const inner of Object.values(part)) addReferred(inner, components);
}
