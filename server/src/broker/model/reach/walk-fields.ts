/** Called for each field of an object anywhere below the root. Returns true to visit the fields of its value. */
export type Visit = (name: string, value: unknown, depth: number) => boolean;

/** Visits every field without recursion, because hostile bodies may be deep. Names have the form of `plainName`; depth 0 is the root's. */
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
 * Normalizes a field's name as the most lenient parser does. Protocol buffers accept camel case and snake case. Parsers in Go ignore case,
 * even of letters that only fold to ASCII letters.
 */
export function plainName(name: string): string {
  // Most names are already plain, and bodies contain many.
  if (/^[a-z]*$/.test(name)) return name;
  return name.normalize("NFKC").toLowerCase().replaceAll(/[_-]/g, "");
}

/** Value of a field whose name occurs twice in different spellings. Parsers differ on which one counts. */
export const ambiguous = "given twice";

/** Returns the value of an object's field by its plain name, or undefined. */
export function fieldOf(value: unknown, plain: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const found = Object.entries(value).filter(([name, inner]) => inner !== null && plainName(name) === plain);
  return found.length > 1 ? ambiguous : found[0]?.[1];
}
