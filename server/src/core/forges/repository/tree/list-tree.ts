import { AppError } from "../../../base/index.ts";
import type { TreeEntry } from "../../git/git-tree.ts";
import { findTreeCommit } from "./find-commit.ts";
import { type Fetching, openMirror, type TreePorts } from "./open-mirror.ts";
import { foldersFirst, rankFiles } from "./rank-files.ts";
import { requireTreePath } from "./tree-path.ts";

export interface TreeFilter {
  readonly ref?: string | undefined;
  /** Folder to list. Defaults to the root. */
  readonly path?: string | undefined;
  /** Text to find in the paths of files below the folder. */
  readonly search?: string | undefined;
}

/** Position of the next page, in the same commit as the first page. */
export interface TreePosition {
  readonly commit: string;
  readonly at: number;
}

export interface TreePage {
  readonly ref: string;
  /** Commit of the tree, or null for a repository without commits. */
  readonly commit: string | null;
  readonly path: string;
  readonly items: readonly (TreeEntry & { readonly sizeBytes: number | null })[];
  readonly next: TreePosition | null;
  /** True if there may be more entries than were read. */
  readonly isCut: boolean;
  readonly isStale: boolean;
}

const MAX_ENTRIES = 20_000;

/**
 * Lists a folder in a commit, or searches the files below it. Throws `invalid_input` if the path is not valid,
 * `not_found` if it is not a folder in the commit, or the errors of `openMirror` and `findTreeCommit`.
 */
export async function listTree(
  ports: TreePorts,
  { organizationId, repositoryId }: { readonly organizationId: string; readonly repositoryId: string },
  filter: TreeFilter & { readonly limit: number; readonly after?: TreePosition | undefined },
  signal: AbortSignal,
  fetching: Fetching,
): Promise<TreePage> {
  const path = filter.path === undefined ? "" : requireTreePath(filter.path);
  const mirror = await openMirror(ports, organizationId, repositoryId, signal, fetching);
  const { mirrorPath, problem } = mirror;
  const found = await findTreeCommit(ports, mirror, filter.ref, signal);
  const commit = filter.after?.commit ?? found.commit;
  const page = { ref: found.ref, commit, path, isStale: problem !== null };
  if (commit === null) return { ...page, items: [], next: null, isCut: false };
  const tree = path === "" ? commit : await folderAt(ports, { mirrorPath, commit, path }, signal);
  const search = filter.search ?? null;
  const read = await ports.git.readTree({ mirrorPath, tree, search, maxEntries: MAX_ENTRIES }, signal);
  const inOrder = search === null ? foldersFirst(read.entries) : rankFiles(read.entries, search);
  const at = filter.after?.at ?? 0;
  const end = at + filter.limit;
  const shown = inOrder.slice(at, end);
  const sizes = await sizesOf(ports, mirrorPath, shown, signal);
  return {
    ...page,
    items: shown.map((entry) => ({
      ...entry,
      path: path === "" ? entry.path : `${path}/${entry.path}`,
      sizeBytes: sizes.get(entry.id) ?? null,
    })),
    next: end < inOrder.length ? { commit, at: end } : null,
    isCut: read.isCut,
  };
}

async function folderAt(
  { git }: Pick<TreePorts, "git">,
  place: { readonly mirrorPath: string; readonly commit: string; readonly path: string },
  signal: AbortSignal,
): Promise<string> {
  const entry = await git.findEntry(place, signal);
  if (entry?.kind === "folder") return entry.id;
  const path = JSON.stringify(place.path);
  throw new AppError(
    "not_found",
    entry === null
      ? `Folder ${path} was not found at this "ref". Remove "path" to list the root, or find a file with "search".`
      : `${path} is a ${entry.kind}, not a folder. Read it with GET /v1/repositories/{repositoryId}/file.`,
  );
}

async function sizesOf(
  { git }: Pick<TreePorts, "git">,
  mirrorPath: string,
  entries: readonly TreeEntry[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number | null>> {
  const ids = entries.filter(({ kind }) => kind === "file" || kind === "link").map(({ id }) => id);
  const sizes = await git.sizesOf({ mirrorPath, ids }, signal);
  return new Map(ids.map((id, index) => [id, sizes[index] ?? null]));
}
