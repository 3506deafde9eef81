import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

export interface OpenapiDocument {
  readonly paths?: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly webhooks?: { readonly [name: string]: unknown };
  readonly components: { readonly [kind: string]: { readonly [name: string]: unknown } };
}
export interface Operation {
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content?: { readonly [type: string]: unknown };
  };
  readonly responses: { readonly [status: string]: Reference | Answer };
}
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: object;
}
export interface Answer {
  readonly content?: { readonly [type: string]: unknown };
}
export interface Reference {
  readonly $ref: string;
}

/** Validates a value against the schema at a JSON pointer of the document. Returns the violations; an empty list means that it is valid. */
export type CheckAt = (pointer: readonly string[], value: unknown) => string[];

/**
 * Creates a function that validates values. Compiles each schema on first use and by reference, because compiling the whole document takes
 * minutes. In dialect 3.0, `nullable` is a separate keyword.
 */
export function openapiChecker(document: OpenapiDocument, dialect: "3.0" | "3.1"): CheckAt {
  const options = { strict: false, allErrors: true, logger: false } as const;
  const ajv = dialect === "3.0" ? new Ajv(options) : new Ajv2020(options);
  addFormats.default(ajv as Ajv);
  const schema = dialect === "3.0" ? (withNulls(document) as object) : document;
  ajv.addSchema({ ...schema, $id: "github" }, undefined, false, false);
  const compiled = new Map<string, ValidateFunction>();
  return (pointer, value) => {
    const $ref = `github#/${pointer.map(escapePointer).join("/")}`;
    const validate = compiled.get($ref) ?? ajv.compile({ $ref });
    compiled.set($ref, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || "body"} ${message}`);
  };
}

const escapePointer = (part: string) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));

/** Rewrites `nullable` for Ajv. Ajv supports it only next to `type`, and accepts null for an enum only if the enum contains null. */
function withNulls(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withNulls);
  if (typeof node !== "object" || node === null) return node;
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, withNulls(value)]),
  );
  if (copy.nullable !== true) return copy;
  const { nullable: _, ...rest } = copy;
  if (copy.type === undefined) return { anyOf: [rest, { type: "null" }] };
  return Array.isArray(copy.enum) && !copy.enum.includes(null)
    ? { ...copy, enum: [...copy.enum, null] }
    : copy;
}
