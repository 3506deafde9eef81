import type { ZodType } from "zod";
import { componentPath, hoist, type JsonSchema, outputSchema } from "./json-schema.ts";
import { namedSchemas } from "./named-schemas.ts";

/** Returns a response schema. Adds the named schemas that it refers to, directly or indirectly, to `components`. */
export function responseSchema(
  schema: ZodType,
  unnamed: string,
  components: Record<string, JsonSchema>,
): JsonSchema {
  const name = namedSchemas.get(schema);
  if (name !== undefined) return addNamed(schema, name, components);
  const described = hoist(outputSchema(schema, namedSchemas), unnamed, components);
  addReferred(described, components);
  return described;
}

function addNamed(schema: ZodType, name: string, components: Record<string, JsonSchema>): JsonSchema {
  const reference = { $ref: componentPath(name) };
  if (Object.hasOwn(components, name)) return reference;
  // Reserves the name first, because nested schemas may refer back to this schema.
  components[name] = {};
  const described = hoist(outputSchema(schema, namedSchemas), name, components);
  if (!("$ref" in described)) components[name] = described;
  addReferred(components[name]!, components);
  return reference;
}

const schemasByPath = new Map(
  [...namedSchemas].map(([schema, name]) => [componentPath(name), { schema, name }]),
);

function addReferred(part: unknown, components: Record<string, JsonSchema>): void {
  if (typeof part !== "object" || part === null) return;
  const { $ref } = part as { readonly $ref?: unknown };
  const named = typeof $ref === "string" ? schemasByPath.get($ref) : undefined;
  if (named !== undefined) addNamed(named.schema, named.name, components);
  for (const inner of Object.values(part)) addReferred(inner, components);
}
