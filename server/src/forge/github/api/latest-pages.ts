interface Page<T> {
  readonly data: readonly T[];
  readonly headers: { readonly link?: string | undefined };
}

/** As many as GitHub gives at once. */
export const pageSize = 100;
const maxPages = 100;

/**
 * The last `count` of a list that can only be asked for oldest first. `ask` gives page 1, 2, ... of `pageSize`. A server that does
 * not name its last page is read through, a hundred pages at most.
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

/** Page after page until one is not full or `isEnough` says so; at most `maxPages`. */
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

/** What the header `link` names as the last page; null when it names none. */
function lastPageOf(link: string | undefined): number | null {
  const match = /[?&]page=(\d{1,6})[^>]*>;\s*rel="last"/.exec(link ?? "");
  return match === null ? null : Number(match[1]);
}

const hasMore = (link: string | undefined) => /rel="next"/.test(link ?? "");
