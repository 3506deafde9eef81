import { TemboError } from "../errors.ts";
import { type APIAnswer, APIPromise } from "./api-promise.ts";

/** Item type of a list. */
export type ItemOf<List> = List extends { readonly items: readonly (infer Item)[] }
  ? Item
  : List extends { readonly sessions: readonly (infer Item)[] }
    ? Item
    : List extends { readonly issues: readonly (infer Item)[] }
      ? Item
      : List extends { readonly codeRepositories: readonly (infer Item)[] }
        ? Item
        : never;

/**
 * A page of a list, as the server sent it. Iterating over the page yields its items, and then the items of all later
 * pages.
 */
export type Page<List> = List & PageMethods<List>;

export interface PageMethods<List> extends AsyncIterable<ItemOf<List>> {
  hasNextPage(): boolean;
  /**
   * Requests the next page with the same filters and options. Rejects with `TemboError` if this is the last page or the
   * server returned the same cursor again.
   */
  nextPage(): Promise<Page<List>>;
  /** Yields this page and all later ones. */
  pages(): AsyncGenerator<Page<List>, void, undefined>;
}

/** A pending page. Awaiting it returns the page. Iterating over it yields every item of the list. */
export class PagePromise<List> extends APIPromise<Page<List>> implements AsyncIterable<ItemOf<List>> {
  async *[Symbol.asyncIterator](): AsyncGenerator<ItemOf<List>, void, undefined> {
    yield* await this;
  }

  async *pages(): AsyncGenerator<Page<List>, void, undefined> {
    yield* (await this).pages();
  }
}

type Query = Readonly<Record<string, unknown>>;

/** Requests a page of a list. Calls `fetchList` for the page that `query` selects, and for later pages on demand. */
export function requestPage<List>(
  query: object | undefined,
  fetchList: (query: object) => Promise<APIAnswer<List>>,
): PagePromise<List> {
  const asked = { ...query };
  return new PagePromise(
    fetchList(asked).then((answer) => ({ ...answer, data: toPage(answer.data, asked, fetchList) })),
  );
}

/**
 * Adds the methods as non-enumerable properties, so that printing, comparing or copying a page shows only the server's
 * data. Throws `TemboError` if the response is not a list.
 */
function toPage<List>(
  list: List,
  asked: Query,
  fetchList: (query: object) => Promise<APIAnswer<List>>,
): Page<List> {
  if (typeof list !== "object" || list === null) throw noList();
  const next = nextQuery(list, asked);
  const methods: PageMethods<List> = {
    hasNextPage: () => next !== null,
    async nextPage() {
      if (next === null) throw new TemboError("This is the last page. Call hasNextPage() before nextPage().");
      if (next.cursor !== undefined && next.cursor === asked.cursor)
        throw new TemboError(
          "The server returned the same cursor twice. Pagination stopped to avoid an infinite loop.",
        );
      return await requestPage(next, fetchList);
    },
    async *pages() {
      let page: Page<List> = list as Page<List>;
      yield page;
      while (page.hasNextPage()) {
        page = await page.nextPage();
        yield page;
      }
    },
    async *[Symbol.asyncIterator]() {
      for await (const page of methods.pages()) yield* itemsOf(page);
    },
  };
  for (const key of Reflect.ownKeys(methods) as (keyof PageMethods<List>)[])
    Object.defineProperty(list, key, { value: methods[key] });
  return list as Page<List>;
}

interface AnyList {
  readonly items?: unknown;
  readonly sessions?: unknown;
  readonly issues?: unknown;
  readonly codeRepositories?: unknown;
  readonly nextCursor?: unknown;
  readonly meta?: { readonly hasNext?: unknown; readonly currentPage?: unknown };
}

/**
 * Returns the query of the next page, or null after the last page. The v1 generation uses cursors. The documented
 * generation uses page numbers. Some lists have a single page.
 */
function nextQuery({ nextCursor, meta }: AnyList, asked: Query): Query | null {
  if (typeof nextCursor === "string") return { ...asked, cursor: nextCursor };
  if (meta?.hasNext === true && typeof meta.currentPage === "number")
    return { ...asked, page: meta.currentPage + 1 };
  return null;
}

function itemsOf<List>(list: List): ItemOf<List>[] {
  const { items, sessions, issues, codeRepositories } = list as AnyList;
  const listed = items ?? sessions ?? issues ?? codeRepositories;
  if (!Array.isArray(listed)) throw noList();
  return listed;
}

function noList(): TemboError {
  return new TemboError("The response contains no list. Check that the base URL points to a Tembo server.");
}
