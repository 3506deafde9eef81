import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { branchesQuery } from "../../repositories/browse/browse-query.ts";

const MAX_REPOSITORIES = 5;
const FRESH_MS = 5_000;

/** Names of the branches that all these repositories have and that contain the text. */
export const sharedBranchesQuery = (repositoryIds: readonly string[], search: string) =>
  queryOptions({
    queryKey: ["tree", "branches", "shared", repositoryIds, search],
    queryFn: async ({ client }) => {
      const lists = await Promise.all(
        repositoryIds
          .slice(0, MAX_REPOSITORIES)
          .map((id) => client.fetchQuery({ ...branchesQuery(id, search), staleTime: FRESH_MS })),
      );
      return sharedBranches(lists.map((list) => list.map(({ name }) => name)));
    },
    placeholderData: keepPreviousData,
  });

/** Returns the names that all lists contain, in the order of the first list. Pure. */
export function sharedBranches(lists: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...others] = lists;
  return first.filter((name) => others.every((list) => list.includes(name)));
}
