import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { RepositoryTreeList } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";

const PAGE_SIZE = 200;
const MOST_BRANCHES = 100;

export interface Place {
  readonly repositoryId: string;
  readonly ref: string | undefined;
  /** Path of a folder or file, or undefined for the root. */
  readonly path: string | undefined;
}

export const treeQuery = ({ repositoryId, ref, path }: Place, search: string) =>
  infiniteQueryOptions({
    queryKey: ["tree", "listing", repositoryId, ref, path, search],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }): Promise<RepositoryTreeList> =>
      tembo.repositories.tree(
        repositoryId,
        {
          limit: PAGE_SIZE,
          ref,
          path,
          ...(search !== "" && { search }),
          ...(pageParam !== null && { cursor: pageParam }),
        },
        { signal },
      ),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const fileQuery = ({ repositoryId, ref, path }: Place & { readonly path: string }) =>
  queryOptions({
    queryKey: ["tree", "file", repositoryId, ref, path],
    queryFn: ({ signal }) => tembo.repositories.file(repositoryId, { ref, path }, { signal }),
  });

export const branchesQuery = (repositoryId: string, search: string) =>
  queryOptions({
    queryKey: ["tree", "branches", repositoryId, search],
    queryFn: async ({ signal }) => {
      const query = { limit: MOST_BRANCHES, ...(search !== "" && { search }) };
      return (await tembo.repositories.branches(repositoryId, query, { signal })).items;
    },
    placeholderData: keepPreviousData,
  });

export const nameIn = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
