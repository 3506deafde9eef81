import { type QueryKey, useInfiniteQuery } from "@tanstack/react-query";

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

interface Asked {
  readonly cursor?: string;
  readonly signal: AbortSignal;
}

/** Returns the query of a paginated list, and the items of its loaded pages. */
export function usePages<Item>(
  queryKey: QueryKey,
  fetchPage: (asked: Asked) => Promise<Page<Item>>,
  options: { readonly enabled?: boolean; readonly refetchInterval?: number } = {},
) {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      fetchPage({ signal, ...(pageParam !== null && { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    ...options,
  });
  return { query, items: query.data?.pages.flatMap(({ items }) => items) ?? [] };
}

export type PagesQuery = ReturnType<typeof usePages>["query"];
