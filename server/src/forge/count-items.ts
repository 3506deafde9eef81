/** Maximum number of list items in one answer of a forge, with those of nested lists. A page of an adapter has at most 100 items. */
export const maxItems = 50_000;

/**
 * Returns whether an answer has more list items than `maxItems`. Checked before a schema parses the answer: zod collects an issue
 * for every wrong item, so that a forge could fill the server's memory with a list of a few megabytes.
 */
export function hasTooManyItems(answer: unknown): boolean {
  const pending = [answer];
  let items = 0;
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value)) items += value.length;
    if (items > maxItems) return true;
    for (const part of Object.values(value))
      if (typeof part === "object" && part !== null) pending.push(part);
  }
  return false;
}
