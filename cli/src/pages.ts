import { CommandError } from "./failure.ts";

/** Maximum size of a page of the API. */
const pageSize = 100;
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

/** Items of a list, and whether the list has more. */
export interface ListPart<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean;
}

/** Returns the first items of a v1 list, at most `max`, from as few pages as possible. */
export async function firstItems<T>(
  page: (
    cursor: string | undefined,
    limit: number,
  ) => PromiseLike<{ readonly items: readonly T[]; readonly nextCursor: string | null }>,
  max: number,
): Promise<ListPart<T>> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (;;) {
    const limit = Math.min(pageSize, max - items.length);
    const answer = await page(cursor, limit);
    items.push(...answer.items.slice(0, limit));
    const hasMore = answer.nextCursor !== null;
    // A search may return empty pages. Their number has no other limit.
    if (!hasMore || items.length >= max || answer.items.length === 0) return { items, hasMore };
    cursor = answer.nextCursor ?? undefined;
  }
}
