/** Told of one field of an object anywhere below the root. Returns whether to look into its value. */
export type Visit = (name: string, value: unknown, depth: number) => boolean;

/** Visits every field, without recursion, as hostile bodies are deep. Names come as `plainName` makes them; depth 0 is the root's. */
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
 * A field's name as the most lenient reader takes it: protocol buffers know each in camel case and in snake case, and readers in Go do not
 * mind the case, not even that of letters that only fold to ASCII ones.
 */
export function plainName(name: string): string {
  // Most names are plain already, and bodies hold many.
  if (/^[a-z]*$/.test(name)) return name;
  return name.normalize("NFKC").toLowerCase().replaceAll(/[_-]/g, "");
}

/** What a field has whose name comes twice, in different spellings: readers differ on which one counts. */
export const ambiguous = "given twice";

/** The value of an object's field, by its plain name; undefined without one. */
export function fieldOf(value: unknown, plain: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const found = Object.entries(value).filter(([name, inner]) => inner !== null && plainName(name) === plain);
  return found.length > 1 ? ambiguous : found[0]?.[1];
}
