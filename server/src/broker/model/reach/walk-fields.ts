/**
 * Called for each visited field. `name` has the form that `plainName` returns. The root's own fields have depth 0. Returns true to visit the
 * fields of the value.
 */
export type Visit = (name: string, value: unknown, depth: number) => boolean;

/**
 * Visits the fields of the root, and those below each field for which `visit` returns true. Does not recurse, because hostile bodies may be
 * deeply nested.
 */
export function walkFields(root: unknown, visit: Visit): void {
  const waiting: { readonly value: object; readonly depth: number }[] = [];
  const push = (value: unknown, depth: number) => {
    if (typeof value === "object" && value !== null) waiting.push({ value, depth });
  };
  push(root, 0);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next;
    if (Array.isArray(value)) for (const item of value) push(item, depth);
    else {
      for (const [name, inner] of Object.entries(value)) {
        if (visit(plainName(name), inner, depth)) push(inner, depth + 1);
      }
    }
  }
}

/**
 * Normalizes a field name as leniently as any known parser. Protocol buffers accept camel case and snake case. Go's parsers ignore case,
 * even for non-ASCII letters that fold to ASCII letters.
 */
export function plainName(name: string): string {
  // Shortcut, because most names are already plain and bodies contain many.
  if (/^[a-z]*$/.test(name)) return name;
  return name.normalize("NFKC").toLowerCase().replaceAll(/[_-]/g, "");
}

/** Value returned for a field whose name occurs twice in different spellings, because parsers differ on which value counts. */
export const ambiguous = "given twice";

/**
 * Returns the value of an object's field by its plain name, `ambiguous` if the name occurs twice, or undefined if there is no such field.
 * Ignores fields whose value is null.
 */
export function fieldOf(value: unknown, plain: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const found = Object.entries(value).filter(([name, inner]) => inner !== null && plainName(name) === plain);
  return found.length > 1 ? ambiguous : found[0]?.[1];
}
