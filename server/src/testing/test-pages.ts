import { type CursorPage, newId, type Page } from "../core/base/index.ts";
import { someTime } from "./test-store.ts";

/** Returns an id that sorts by time. Ids of the same millisecond have no defined order. */
export const idAt = (millisecond: number) => newId(someTime.getTime() + millisecond);

/** Reads a whole list in pages of two, and returns the ids page by page. */
export async function readPagesOfTwo(
  list: (page: CursorPage) => Promise<Page<{ id: string }>>,
): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await list({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
    pages.push(page.items.map((item) => item.id));
    cursor = page.nextCursor;
  }
  return pages;
}
