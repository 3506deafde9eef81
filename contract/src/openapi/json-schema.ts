import { z } from "zod";

export type JsonSchema = { [keyword: string]: unknown };

/** Returns the JSON Schema of request data. Describes a preprocessed value in its form after preprocessing. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  return tidy(
    z.toJSONSchema(schema, {
      io: "input",
      unrepresentable: "any",
      override: ({ zodSchema, jsonSchema }) => {
        if (!(zodSchema instanceof z.ZodPipe) || !(zodSchema._zod.def.in instanceof z.ZodTransform)) return;
        for (const key of Object.keys(jsonSchema)) if (key !== "description") delete jsonSchema[key];
        Object.assign(jsonSchema, bare(z.toJSONSchema(zodSchema._zod.def.out as z.ZodType, { io: "input" })));
      },
    }),
  );
}

/**
 * Returns the JSON Schema of a response. Nested schemas that have a name in `names` become references to components.
 */
export function outputSchema(schema: z.ZodType, names: ReadonlyMap<unknown, string> = new Map()): JsonSchema {
  return tidy(
    z.toJSONSchema(schema, {
      io: "output",
      unrepresentable: "any",
      override: ({ zodSchema, jsonSchema }) => {
        const name = names.get(zodSchema);
        if (name === undefined || (zodSchema as unknown) === schema) return;
        for (const key of Object.keys(jsonSchema)) if (key !== "description") delete jsonSchema[key];
        jsonSchema.$ref = componentPath(name);
      },
    }),
  );
}

export const componentPath = (name: string) => `#/components/schemas/${name}`;

const bare = ({ $schema: _, ...schema }: JsonSchema): JsonSchema => schema;

/**
 * Removes `$schema` and redundant keywords: patterns that repeat a format, the bounds of safe integers and `readOnly`.
 */
function tidy(schema: JsonSchema): JsonSchema {
  return mapObjects(bare(schema), (one) => {
    const tidied = { ...one };
    // Zod reports these checks as formats. JSON Schema has only their patterns.
    if (/^(?:starts_with|ends_with|includes)$/.test(String(one.format))) delete tidied.format;
    else if (typeof one.format === "string") delete tidied.pattern;
    if (one.readOnly === true) delete tidied.readOnly;
    if (one.maximum === Number.MAX_SAFE_INTEGER) delete tidied.maximum;
    if (one.minimum === Number.MIN_SAFE_INTEGER) delete tidied.minimum;
    return tidied;
  });
}

export function mapObjects(value: JsonSchema, change: (one: JsonSchema) => JsonSchema): JsonSchema {
  const inside = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(inside);
    if (typeof part !== "object" || part === null) return part;
    const entries = Object.entries(part).map(([key, inner]) => [key, inside(inner)]);
    return change(Object.fromEntries(entries));
  };
  return inside(value) as JsonSchema;
}
