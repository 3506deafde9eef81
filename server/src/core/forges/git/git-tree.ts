/** What lies in a mirror as it was last fetched. Each throws `git_failed` with a sentence, and honours the signal. */
export interface GitTree {
  /** The commit of a branch, else of a tag, else of that full id; null where the mirror or the name is not there. */
  findCommit(
    input: { readonly mirrorPath: string; readonly ref: string },
    signal: AbortSignal,
  ): Promise<string | null>;

  /** As git sorts names; at most some tens of thousands. None where there is no mirror. */
  listBranches(
    input: { readonly mirrorPath: string },
    signal: AbortSignal,
  ): Promise<readonly { readonly name: string; readonly sha: string }[]>;

  /** What lies at a path of a commit, taken to the letter; null for nothing. */
  findEntry(
    input: { readonly mirrorPath: string; readonly commit: string; readonly path: string },
    signal: AbortSignal,
  ): Promise<TreeEntry | null>;

  /**
   * What lies in a folder, or with a `search` all files below it whose path holds that, in whatever case. Paths begin at the folder.
   * `isCut` says that there may be more: after `maxEntries`, or after more bytes of names than are read.
   */
  readTree(
    input: {
      readonly mirrorPath: string;
      /** The id of a commit or a folder. */
      readonly tree: string;
      readonly search: string | null;
      readonly maxEntries: number;
    },
    signal: AbortSignal,
  ): Promise<{ readonly entries: readonly TreeEntry[]; readonly isCut: boolean }>;

  /** In bytes, of files and links in the order of their ids; null for what is not in the mirror. */
  sizesOf(
    input: { readonly mirrorPath: string; readonly ids: readonly string[] },
    signal: AbortSignal,
  ): Promise<readonly (number | null)[]>;

  readBlob(
    input: { readonly mirrorPath: string; readonly id: string; readonly maxBytes: number },
    signal: AbortSignal,
  ): Promise<Buffer>;
}

export interface TreeEntry {
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "submodule";
  /** As git writes it, such as `100644`. */
  readonly mode: string;
  /** Of a submodule the commit that it stands at, which is in no mirror of this repository. */
  readonly id: string;
}
