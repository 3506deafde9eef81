interface Page<T> {
  readonly data: readonly T[];
  readonly headers: { readonly link?: string | undefined };
}

/** Maximum page size that GitHub accepts. */
export const pageSize = 100;
const maxPages = 100;

/**
 * Returns the last `count` items of a list that the server returns oldest first. `ask` requests page 1, 2 and so on, with `pageSize` items
 * per page. If the server does not report its last page, reads every page, up to 100.
 */
export async function latestOf<T>(count: number, ask: (page: number) => Promise<Page<T>>): Promise<T[]> {
  const first = await ask(1);
  const lastPage = lastPageOf(first.headers.link);
  const next = lastPage === null ? 2 : Math.max(2, lastPage - Math.ceil(count / pageSize));
  let found = next === 2 ? [...first.data] : [];
  let { link } = first.headers;
  for (let page = next; hasMore(link) && page <= (lastPage ?? maxPages); page++) {
    const answer = await ask(page);
    found = [...found, ...answer.data].slice(-count);
    link = answer.headers.link;
  }
  return found.slice(-count);
}

/** Reads pages until a page is not full, `isEnough` returns true, or `maxPages` is reached. */
export async function pagesOf<T>(
  maxPages: number,
  ask: (page: number) => Promise<Pick<Page<T>, "data">>,
  isEnough: (page: readonly T[]) => boolean = () => false,
): Promise<T[]> {
  const found: T[] = [];
  for (let page = 1; page <= maxPages; page++) {
    const { data } = await ask(page);
    found.push(...data);
    if (data.length < pageSize || isEnough(data)) break;
  }
  return found;
}

/** Returns the number of the last page in the `link` header, or null if the header does not contain it. */
function lastPageOf(link: string | undefined): number | null {
  const match = /[?&]page=(\d{1,6})[^>]*>;\s*rel="last"/.exec(link ?? "");
  return match === null ? null : Number(match[1]);
}

const hasMore = (link: string | undefined) => /rel="next"/.test(link ?? "");
