import type { Operation } from "@tembo/contract";
import { type ZodType, z } from "zod";
import type { ObjectSchema } from "./tool.ts";

/** Names of an operation's path and query parameters, and the schema of all arguments, in which `body` is the whole body. */
export interface InputShape {
  readonly params: readonly string[];
  readonly query: readonly string[];
  readonly schema: ObjectSchema;
}

type JsonSchema = Record<string, unknown> & {
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
};

/** Returns the tool input for an operation. It contains path and query parameters by name, and the body as `body`. */
export function inputShapeOf({ params, query, body }: Operation): InputShape {
  const inPath = params === undefined ? {} : schemaOf(params);
  const inQuery = query === undefined ? {} : schemaOf(query);
  const bodySchema = body === undefined ? null : schemaOf(body);
  const properties = {
    ...inPath.properties,
    ...inQuery.properties,
    ...(bodySchema !== null && { body: bodySchema }),
  };
  const required = [
    ...(inPath.required ?? []),
    ...(inQuery.required ?? []),
    ...(bodySchema !== null && !isOptional(body) ? ["body"] : []),
  ];
  return {
    params: Object.keys(inPath.properties ?? {}),
    query: Object.keys(inQuery.properties ?? {}),
    schema: { type: "object", properties, required, additionalProperties: false },
  };
}

/** Returns the schema of the same input, but with the body's fields next to the parameters. The body must be a single object. */
export function flatSchemaOf(operation: Operation): ObjectSchema {
  const { schema } = inputShapeOf(operation);
  const { body, ...properties } = schema.properties as Record<string, JsonSchema>;
  return {
    type: "object",
    properties: { ...properties, ...body?.properties },
    required: [...(schema.required ?? []).filter((name) => name !== "body"), ...(body?.required ?? [])],
    additionalProperties: false,
  };
}

function schemaOf(schema: ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest as JsonSchema;
}

function isOptional(schema: ZodType | undefined): boolean {
  return schema?.safeParse(undefined).success === true;
}
