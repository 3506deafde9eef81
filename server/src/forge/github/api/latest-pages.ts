interface Page<T> {
  readonly data: readonly T[];
  readonly headers: { readonly link?: string | undefined };
}

/** As many as GitHub gives at once. */
export const pageSize = 100;

/** The last `count` of a list that can only be asked for oldest first. `ask` gives page 1, 2, ... of `pageSize`. */
export async function latestOf<T>(count: number, ask: (page: number) => Promise<Page<T>>): Promise<T[]> {
  const first = await ask(1);
  const lastPage = lastPageOf(first.headers.link);
  const found: T[] = [];
  const start = Math.max(1, lastPage - Math.ceil(count / pageSize));
  for (let page = start; page <= lastPage; page++) {
    found.push(...(page === 1 ? first : await ask(page)).data);
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

/** What the header `link` names as the last page; 1 without one. */
function lastPageOf(link: string | undefined): number {
  const match = /[?&]page=(\d{1,6})[^>]*>;\s*rel="last"/.exec(link ?? "");
  return match === null ? 1 : Number(match[1]);
}
