import { CommandError } from "./failure.ts";

/** Maximum number of pages. A longer list means that the server's cursors form a cycle. */
const maxPages = 10_000;

/** Returns the items from all pages of a v1 list. Throws `CommandError` if there are more than `maxPages` pages. */
export async function allPages<T>(
  page: (cursor: string | undefined) => Promise<{ readonly items: T[]; readonly nextCursor: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let count = 0; count < maxPages; count++) {
    const answer = await page(cursor);
    items.push(...answer.items);
    if (answer.nextCursor === null) return items;
    cursor = answer.nextCursor;
  }
  throw new CommandError(`The server returned more than ${maxPages} pages.`);
}
