import type { ZodType } from "zod";
import { componentPath, type JsonSchema, mapObjects } from "./json-schema.ts";

/** Schemas of a document by name. Each name belongs to one schema, because generated clients have one type for it. */
export class Components {
  readonly schemas: Record<string, JsonSchema> = {};
  readonly #sources = new Map<string, { readonly schema: ZodType; readonly use: Use }>();

  /**
   * Reserves a name for a schema. Returns false if the schema already has it. Throws if another schema has it, or the same schema in the other
   * use: in requests, fields with a default are optional.
   */
  reserve(name: string, schema: ZodType, use: Use): boolean {
    const source = this.#sources.get(name);
    if (source === undefined) {
      this.#sources.set(name, { schema, use });
      return true;
    }
    if (source.schema !== schema || source.use !== use)
      throw new Error(`Two schemas have the name ${name}. Rename one of them.`);
    return false;
  }
}

type Use = "input" | "output";

/**
 * Adds a schema to the components and returns a reference to it. Moves the definitions inside the schema, such as those
 * of recursive schemas, to components with unique names.
 */
export function addComponent(schema: JsonSchema, name: string, { schemas }: Components): JsonSchema {
  const { $defs = {}, ...root } = schema as { $defs?: Record<string, JsonSchema> } & JsonSchema;
  const pointer = (reference: string) =>
    reference === "#"
      ? componentPath(name)
      : reference.replace(/^#\/\$defs\/(.+)$/, (_, own: string) => componentPath(`${name}.${own}`));
  const rewritten = (value: JsonSchema) =>
    mapObjects(value, (one) => (typeof one.$ref === "string" ? { ...one, $ref: pointer(one.$ref) } : one));
  for (const [own, definition] of Object.entries($defs)) schemas[`${name}.${own}`] = rewritten(definition);
  schemas[name] = rewritten(root);
  return { $ref: componentPath(name) };
}
