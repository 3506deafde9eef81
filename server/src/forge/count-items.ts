/**
 * Maximum number of list items in a forge's response, including nested lists. A page that an adapter requests has at most 100 items, so
 * valid responses are far below this limit.
 */
export const maxItems = 50_000;

/**
 * True if a response has more than `maxItems` list items. Callers must check this before a schema parses the response. zod collects an issue
 * for every invalid item, so a forge could exhaust the server's memory with a list of a few megabytes.
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
