import { tembo } from "../api/client.ts";

const pageSize = 100;
/** Maximum number of pages to search for a pull request number. The newest pull requests come first. */
const maxPages = 50;

interface Named {
  readonly owner: string;
  readonly name: string;
}

/** Returns the ID of the repository with this path, even if the repository is disabled, or null if there is none. Ignores case. */
export async function findRepository({ owner, name }: Named, signal: AbortSignal): Promise<string | null> {
  const isSame = (one: { owner: string | null; name: string }) =>
    one.owner?.toLowerCase() === owner.toLowerCase() && one.name.toLowerCase() === name.toLowerCase();
  const { items } = await tembo.repositories.list(
    { search: `${owner}/${name}`, enabled: "all", limit: pageSize },
    { signal },
  );
  return items.find(isSame)?.id ?? null;
}

/** Returns the ID of the pull request with this number, or null if the newest `maxPages` pages do not contain it. */
export async function findPullRequest(
  repositoryId: string,
  number: number,
  signal: AbortSignal,
): Promise<string | null> {
  let cursor: string | null = null;
  for (let pages = 0; pages < maxPages; pages++) {
    const page: Awaited<ReturnType<typeof tembo.pullRequests.list>> = await tembo.pullRequests.list(
      { repositoryIds: [repositoryId], limit: pageSize, ...(cursor !== null && { cursor }) },
      { signal },
    );
    const found = page.items.find((one) => one.number === number);
    if (found !== undefined) return found.id;
    if (page.nextCursor === null) return null;
    cursor = page.nextCursor;
  }
  return null;
}
