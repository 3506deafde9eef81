import { type Fetching, openMirror, type TreePorts } from "./open-mirror.ts";

export interface BranchPage {
  readonly items: readonly { readonly name: string; readonly sha: string; readonly isBase: boolean }[];
  /** Cursor for the next page, which is the last name on this page, or null on the last page. */
  readonly next: string | null;
  readonly isStale: boolean;
}

/**
 * Lists branches, sorted by name. Throws the errors of `openMirror`. If the fetch failed and no branches are known,
 * throws the fetch's error.
 */
export async function listBranches(
  ports: TreePorts,
  { organizationId, repositoryId }: { readonly organizationId: string; readonly repositoryId: string },
  filter: {
    readonly search?: string | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  },
  signal: AbortSignal,
  fetching: Fetching,
): Promise<BranchPage> {
  const { mirrorPath, baseBranch, problem } = await openMirror(
    ports,
    organizationId,
    repositoryId,
    signal,
    fetching,
  );
  const all = await ports.git.listBranches({ mirrorPath }, signal);
  if (all.length === 0 && problem !== null) throw problem;
  const { search, after, limit } = filter;
  const sought = search?.toLowerCase();
  const wanted = all
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .filter(({ name }) => after === undefined || name > after)
    .filter(({ name }) => sought === undefined || name.toLowerCase().includes(sought));
  const items = wanted.slice(0, limit).map((branch) => ({ ...branch, isBase: branch.name === baseBranch }));
  const next = wanted.length > limit ? items.at(-1)!.name : null;
  return { items, next, isStale: problem !== null };
}
