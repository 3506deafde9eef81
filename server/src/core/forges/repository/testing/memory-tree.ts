import { createHash } from "node:crypto";
import type { Git } from "../../git/git.ts";
import type { TreeEntry } from "../../git/git-tree.ts";

type MemoryTree = Pick<
  Git,
  "fetchMirror" | "findCommit" | "listBranches" | "findEntry" | "readTree" | "sizesOf" | "readBlob"
>;

const idOf = (text: string) => createHash("sha1").update(text).digest("hex");

/**
 * Creates an in-memory git with one commit of the given files on each branch. The contents are available after the
 * first fetch.
 */
export function memoryTree(
  files: Readonly<Record<string, string | Buffer>>,
  branches: readonly string[] = ["main"],
): MemoryTree & { fetch(): Promise<void>; fetches: number } {
  const commit = idOf(JSON.stringify(Object.keys(files)));
  let isFetched = false;
  const blobs = new Map(Object.values(files).map((text) => [idOf(String(text)), Buffer.from(text)]));
  const entries: TreeEntry[] = Object.entries(files).map(([path, text]) => ({
    path,
    kind: "file",
    mode: "100644",
    id: idOf(String(text)),
  }));
  const folderId = (path: string) => (path === "" ? commit : idOf(`folder ${path}`));
  const folders = new Map(
    ["", ...entries.flatMap(({ path }) => aboves(path))].map((path) => [folderId(path), path]),
  );
  const folderEntry = (path: string): TreeEntry => ({
    path,
    kind: "folder",
    mode: "040000",
    id: folderId(path),
  });
  const tree = {
    fetches: 0,
    fetch: async () => {},
    fetchMirror: async () => {
      tree.fetches += 1;
      await tree.fetch();
      isFetched = true;
      return { headBranch: null };
    },
    findCommit: async ({ ref }: { ref: string }) =>
      isFetched && (branches.includes(ref) || ref === commit) ? commit : null,
    listBranches: async () => (isFetched ? branches.map((name) => ({ name, sha: commit })) : []),
    findEntry: async ({ path }: { path: string }) =>
      entries.find((entry) => entry.path === path) ??
      (folders.has(folderId(path)) ? folderEntry(path) : null),
    readTree: async ({ tree: id, search }: { tree: string; search: string | null }) => {
      const folder = folders.get(id)!;
      const prefix = folder === "" ? "" : `${folder}/`;
      const below = entries
        .filter(({ path }) => path.startsWith(prefix))
        .map((entry) => ({ ...entry, path: entry.path.slice(prefix.length) }));
      if (search !== null)
        return { entries: below.filter(({ path }) => path.includes(search)), isCut: false };
      const names = [...new Set(below.map(({ path }) => path.split("/")[0]!))];
      return {
        entries: names.map(
          (name) =>
            below.find(({ path }) => path === name) ?? { ...folderEntry(`${prefix}${name}`), path: name },
        ),
        isCut: false,
      };
    },
    sizesOf: async ({ ids }: { ids: readonly string[] }) => ids.map((id) => blobs.get(id)!.length),
    readBlob: async ({ id }: { id: string }) => blobs.get(id)!,
  };
  return tree;
}

function aboves(path: string): string[] {
  const steps = path.split("/").slice(0, -1);
  return steps.map((_, index) => steps.slice(0, index + 1).join("/"));
}
