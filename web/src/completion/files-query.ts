import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import type { RepositoryTreeEntry } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";
import { branchesQuery } from "../repositories/browse/browse-query.ts";
import type { ScopeRepository } from "./scope.ts";

const SHOWN = 8;
const MOST_REPOSITORIES = 5;
const FRESH_MS = 15_000;

export interface FoundFile {
  readonly repository: ScopeRepository;
  readonly entry: RepositoryTreeEntry;
}

/**
 * Files in the first repositories whose path contains the typed text, or the root entries if the text is empty. If the
 * request for one repository fails, the files of the others are still returned.
 */
export const filesQuery = (repositories: readonly ScopeRepository[], typed: string) =>
  queryOptions({
    queryKey: ["tree", "completion", repositories, typed],
    queryFn: async ({ client, signal }) => {
      const asked = repositories.slice(0, MOST_REPOSITORIES);
      const found = await Promise.allSettled(asked.map((one) => filesOf(client, one, typed, signal)));
      const lists = found.map((one) => (one.status === "fulfilled" ? one.value : []));
      const failure = found.find((one) => one.status === "rejected");
      return { files: inTurn(lists).slice(0, SHOWN), failure: failure?.reason as unknown };
    },
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
  });

async function filesOf(
  client: QueryClient,
  repository: ScopeRepository,
  typed: string,
  signal: AbortSignal,
): Promise<FoundFile[]> {
  const { items } = await tembo.repositories.tree(
    repository.id,
    {
      limit: SHOWN,
      ...(typed !== "" && { search: typed }),
      ...((await hasBranch(client, repository)) && { ref: repository.branch! }),
    },
    { signal },
  );
  return items.map((entry) => ({ repository, entry }));
}

/** Returns true if the branch exists. Caches the response, so that each key press does not send a request. */
async function hasBranch(client: QueryClient, { id, branch }: ScopeRepository): Promise<boolean> {
  if (branch === null) return false;
  const branches = await client.fetchQuery({ ...branchesQuery(id, branch), staleTime: FRESH_MS });
  return branches.some(({ name }) => name === branch);
}

/** Interleaves the lists: first items of all lists, then second items, and so on. Pure. */
function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}
