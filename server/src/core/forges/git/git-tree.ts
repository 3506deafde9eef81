/**
 * Reads the contents of a mirror as of the last fetch. Each method stops when the signal aborts. On failure, it throws
 * `git_failed` with a user-facing message.
 */
export interface GitTree {
  /**
   * Resolves a branch, a tag or a full commit ID, in that order. Returns null if the mirror or the name does not exist.
   */
  findCommit(
    input: { readonly mirrorPath: string; readonly ref: string },
    signal: AbortSignal,
  ): Promise<string | null>;

  /**
   * Returns the branches in git's name order, up to a limit on the total size of their names. Returns an empty list if
   * the mirror does not exist.
   */
  listBranches(
    input: { readonly mirrorPath: string },
    signal: AbortSignal,
  ): Promise<readonly { readonly name: string; readonly sha: string }[]>;

  /** Returns the entry at a path of a commit, or null if there is none. The path is literal, not a pattern. */
  findEntry(
    input: { readonly mirrorPath: string; readonly commit: string; readonly path: string },
    signal: AbortSignal,
  ): Promise<TreeEntry | null>;

  /**
   * Lists a folder. With `search`, lists all files below the folder whose path contains that text, ignoring case. Paths
   * are relative to the folder. `isCut` is true if the list may be incomplete, because of `maxEntries` or the limit on
   * the total size of names.
   */
  readTree(
    input: {
      readonly mirrorPath: string;
      /** ID of a commit or a folder. */
      readonly tree: string;
      readonly search: string | null;
      readonly maxEntries: number;
    },
    signal: AbortSignal,
  ): Promise<{ readonly entries: readonly TreeEntry[]; readonly isCut: boolean }>;

  /**
   * Returns the sizes of files and links in bytes, in the order of the IDs. A size is null if the mirror does not
   * contain the object.
   */
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
  /** Mode in git's notation, such as `100644`. */
  readonly mode: string;
  /**
   * Object ID. For a submodule, the ID of the commit that the submodule refers to. This repository's mirror does not
   * contain that commit.
   */
  readonly id: string;
}
