import type { JsonSchema } from "./vendor-contract.ts";

/** A value generated from a schema, with a name that describes the change. */
export interface Sample {
  readonly name: string;
  readonly value: unknown;
}

type Resolve = (reference: string) => JsonSchema;

const longest = 1_000_001;

/**
 * Returns variants of a schema's fullest valid value, each with one change, at every depth. Each change is a likely
 * mistake of a client or a server:
 * - a property that is missing, unknown, null or has another type
 * - a string that is empty, too long, of a wrong format or outside the enum
 * - a number out of range, or an array that is too long
 *
 * The schemas decide which changes are valid.
 */
export function mutations(schema: JsonSchema, resolve: Resolve): Sample[] {
  const base = valid(schema, resolve);
  return [{ name: "full", value: base }, ...changes(schema, resolve, "", base)];
}

/**
 * Returns the values of `mutations` that `accepts` accepts, such as every variant of each part, missing optional
 * properties, long and empty texts, and empty arrays.
 */
export function edges(schema: JsonSchema, resolve: Resolve, accepts: (value: unknown) => boolean): Sample[] {
  return mutations(schema, resolve).filter(({ value }) => accepts(value));
}

function changes(schema: JsonSchema, resolve: Resolve, at: string, base: unknown): Sample[] {
  return variantsOf(schema, resolve).flatMap((variant, index) => {
    const value = index === 0 ? base : valid(variant, resolve);
    const whole = { name: `${at || "body"} as variant ${index}`, value };
    return [whole, ...ownChanges(variant, at || "body"), ...innerChanges(variant, resolve, at, value)];
  });
}

/** Returns samples that replace the value itself. */
function ownChanges(schema: JsonSchema, at: string): Sample[] {
  const sample = (what: string, value: unknown): Sample => ({ name: `${at} ${what}`, value });
  const wrongTypes = [
    sample("as text", "x"),
    sample("as number", 7),
    sample("as boolean", true),
    sample("null", null),
  ];
  const containers = [sample("as object", {}), sample("as array", [])];
  const all = [...wrongTypes, ...containers];
  if (schema.enum) return [...all, ...(schema.enum as unknown[]).map((value) => sample(`= ${value}`, value))];
  if (schema.type === "string")
    return [...all, sample("empty", ""), sample("very long", "x".repeat(longest)), ...atLimit(schema, at)];
  if (schema.type === "integer" || schema.type === "number") {
    return [...all, sample("negative", -1), sample("zero", 0), sample("one", 1), sample("fraction", 1.5)];
  }
  return all;
}

/** A string that looks like a UUID but has no valid version and variant. */
const versionless = "12345678-1234-0234-0234-123456789abc";

function atLimit(schema: JsonSchema, at: string): Sample[] {
  if (schema.format === "uuid") return [{ name: `${at} of no version`, value: versionless }];
  const limit = schema.maxLength;
  if (typeof limit !== "number" || schema.format !== undefined) return [];
  const text = (length: number) => ({ name: `${at} of ${length} characters`, value: "x".repeat(length) });
  return [text(limit), text(limit + 1)];
}

/** Returns samples that change one property or one item of the value. */
function innerChanges(schema: JsonSchema, resolve: Resolve, at: string, value: unknown): Sample[] {
  if (schema.type === "array") {
    const item = schema.items as JsonSchema | undefined;
    if (!item || item.not) return [];
    const inner = changes(item, resolve, `${at}[]`, valid(item, resolve));
    const most = typeof schema.maxItems === "number" ? schema.maxItems : 0;
    const many = Array.from({ length: most + 1 }, () => valid(item, resolve));
    return [
      ...inner.map((sample) => ({
        name: sample.name,
        value: [sample.value, ...itemsOf(schema, resolve).slice(1)],
      })),
      ...(most > 0 ? [{ name: `${at} with ${most + 1} items`, value: many }] : []),
    ];
  }
  if (typeof value !== "object" || value === null) return [];
  const own = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  return [
    { name: `${at || "body"} with an unknown property`, value: { ...value, unknownProperty: 1 } },
    ...own.flatMap(([key, property]) => {
      const inside = changes(property, resolve, at ? `${at}.${key}` : key, valid(property, resolve));
      const { [key]: _, ...without } = value as Record<string, unknown>;
      return [
        { name: `${at ? `${at}.` : ""}${key} missing`, value: without },
        ...inside.map((sample) => ({ name: sample.name, value: { ...value, [key]: sample.value } })),
      ];
    }),
  ];
}

/** Returns the fullest value that a schema accepts. */
function valid(given: JsonSchema, resolve: Resolve): unknown {
  const schema = variantsOf(given, resolve)[0] ?? given;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return (schema.enum as unknown[])[0];
  if (schema.type === "object") {
    const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
    return Object.fromEntries(properties.map(([key, property]) => [key, valid(property, resolve)]));
  }
  if (schema.type === "array") {
    return itemsOf(schema, resolve);
  }
  if (schema.type === "integer" || schema.type === "number") return 3;
  if (schema.type === "boolean") return false;
  return schema.type === "null" ? null : text(schema);
}

/** Returns one item, or as many as the array must have. */
function itemsOf({ items, minItems }: JsonSchema, resolve: Resolve): unknown[] {
  const item = items as JsonSchema | undefined;
  const length = typeof minItems === "number" ? Math.max(minItems, 1) : 1;
  return item && !item.not ? Array.from({ length }, () => valid(item, resolve)) : [];
}

const texts: Readonly<Record<string, string>> = {
  uuid: "0199f0a5-7c1e-7cc3-98c4-dc0c0c07398f",
  "date-time": "2026-11-24T12:00:00.000Z",
  uri: "https://example.org/a",
  email: "ada@example.org",
};

function text(schema: JsonSchema): string {
  if (schema.pattern === "^\\d+$") return "3";
  // Matches the pattern of an agent key: harness, model, provider.
  if (String(schema.pattern).startsWith("^[^:]+:")) return "claudeCode:opus";
  return texts[String(schema.format)] ?? "abc";
}

/** Resolves references. Splits `anyOf`, `oneOf` and lists of types into variants. */
function variantsOf(schema: JsonSchema, resolve: Resolve): JsonSchema[] {
  if (typeof schema.$ref === "string") return variantsOf(resolve(schema.$ref), resolve);
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants && schema.properties === undefined) {
    return (variants as JsonSchema[]).flatMap((variant) => variantsOf(variant, resolve));
  }
  if (!Array.isArray(schema.type)) return [schema];
  return schema.type.map((type) => (type === "null" ? { type } : { ...schema, type }));
}
