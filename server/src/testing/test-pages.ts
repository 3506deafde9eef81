import { type CursorPage, newId, type Page } from "../core/base/index.ts";
import { someTime } from "./test-store.ts";

/** Returns an ID that sorts by time. IDs from the same millisecond have no defined order. */
export const idAt = (millisecond: number) => newId(someTime.getTime() + millisecond);

/** Reads a complete list in pages of two, and returns the IDs of each page. */
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
