import { CommandError } from "./failure.ts";

/** Maximum number of items on a page of the API. */
const pageSize = 100;
/** Maximum number of pages. A longer list means that the server's cursors form a cycle. */
const maxPages = 10_000;

/** Requests a page of a v1 list. */
type RequestPage<T> = (
  cursor: string | undefined,
  limit: number,
) => PromiseLike<{ readonly items: readonly T[]; readonly nextCursor: string | null }>;

/** Items of a list, and whether the list has more. */
export interface ListPart<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean;
}

/**
 * Returns the first items of a v1 list, at most `max`, from as few pages as possible. Throws `CommandError` if there are
 * more than `maxPages` pages.
 */
export async function firstItems<T>(page: RequestPage<T>, max: number): Promise<ListPart<T>> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let count = 0; count < maxPages; count++) {
    const answer = await page(cursor, Math.min(pageSize, max - items.length));
    items.push(...answer.items);
    if (items.length >= max)
      return { items: items.slice(0, max), hasMore: items.length > max || answer.nextCursor !== null };
    if (answer.nextCursor === null) return { items, hasMore: false };
    cursor = answer.nextCursor;
  }
  throw new CommandError(`The server returned more than ${maxPages} pages.`);
}

/** Returns the items from all pages of a v1 list. Throws the errors of `firstItems`. */
export async function allPages<T>(page: RequestPage<T>): Promise<T[]> {
  return [...(await firstItems(page, Number.POSITIVE_INFINITY)).items];
}

/** Returns the first item that matches. Requests pages only until it is found. Throws the errors of `firstItems`. */
export async function findItem<T>(
  page: RequestPage<T>,
  isWanted: (item: T) => boolean,
): Promise<T | undefined> {
  const wantedOn: RequestPage<T> = async (cursor) => {
    const { items, nextCursor } = await page(cursor, pageSize);
    return { items: items.filter(isWanted), nextCursor };
  };
  return (await firstItems(wantedOn, 1)).items[0];
}
