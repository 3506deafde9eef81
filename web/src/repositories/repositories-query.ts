import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Repository } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";
import type { RepositoriesSearch } from "./repositories-search.ts";

const PAGE_SIZE = 50;

export const repositoriesQuery = ({ search, all }: RepositoriesSearch) =>
  infiniteQueryOptions({
    queryKey: ["repositories", { search, all }],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const { items, nextCursor } = await tembo.repositories.list(
        {
          limit: PAGE_SIZE,
          enabled: all === true ? "all" : true,
          ...(pageParam !== null && { cursor: pageParam }),
          ...(search !== undefined && { search }),
        },
        { signal },
      );
      return { items: items as readonly Repository[], nextCursor };
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

/** Enabled repositories for a picker, at most 100. */
export const repositoryChoicesQuery = queryOptions({
  queryKey: ["repositories", "choices"],
  queryFn: async ({ signal }) => {
    const { items } = await tembo.repositories.list({ limit: 100 }, { signal });
    return items.map((repository) => ({ value: repository.id, label: nameOf(repository) }));
  },
});

export const repositoryQuery = (id: string) =>
  queryOptions({
    queryKey: ["repository", id],
    queryFn: ({ signal }) => tembo.repositories.retrieve(id, { signal }),
  });

export const nameOf = ({ owner, name }: Pick<Repository, "owner" | "name">): string =>
  owner === null ? name : `${owner}/${name}`;
