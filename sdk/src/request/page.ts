import { TemboError } from "../errors.ts";
import { type APIAnswer, APIPromise } from "./api-promise.ts";

/** What a list lists. */
export type ItemOf<List> = List extends { readonly items: readonly (infer Item)[] }
  ? Item
  : List extends { readonly sessions: readonly (infer Item)[] }
    ? Item
    : List extends { readonly issues: readonly (infer Item)[] }
      ? Item
      : List extends { readonly codeRepositories: readonly (infer Item)[] }
        ? Item
        : never;

/** One page of a list, as the server sent it. Iterated, it yields its items and then those of every page after it. */
export type Page<List> = List & PageMethods<List>;

export interface PageMethods<List> extends AsyncIterable<ItemOf<List>> {
  hasNextPage(): boolean;
  /** With the same filters and options. Throws `TemboError` when this is the last page. */
  nextPage(): Promise<Page<List>>;
  /** This page, and every one after it. */
  pages(): AsyncGenerator<Page<List>, void, undefined>;
}

/** A page that is on its way. Awaited it is the page; iterated, it yields every item of the list. */
export class PagePromise<List> extends APIPromise<Page<List>> implements AsyncIterable<ItemOf<List>> {
  async *[Symbol.asyncIterator](): AsyncGenerator<ItemOf<List>, void, undefined> {
    yield* await this;
  }

  async *pages(): AsyncGenerator<Page<List>, void, undefined> {
    yield* (await this).pages();
  }
}

type Query = Readonly<Record<string, unknown>>;

/** Asks for pages: `fetchList` for the one that `query` names, and later for those that follow it. */
export function requestPage<List>(
  query: object | undefined,
  fetchList: (query: object) => Promise<APIAnswer<List>>,
): PagePromise<List> {
  const asked = { ...query };
  return new PagePromise(
    fetchList(asked).then((answer) => ({ ...answer, data: toPage(answer.data, asked, fetchList) })),
  );
}

/** The methods are not enumerable: printed, compared or copied, a page is what the server sent. */
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
      if (next === null) throw new TemboError("This is the last page: ask hasNextPage() first.");
      if (next.cursor !== undefined && next.cursor === asked.cursor)
        throw new TemboError("The server leads from this page to itself: its list has no end.");
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

/** The v1 generation pages by a cursor, the documented one by numbers; some lists come whole. */
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
  return new TemboError(
    "The answer holds no list: the base URL seems to lead to something other than Tembo.",
  );
}
