/**
 * Accesses a workspace from outside the sandbox. Its content is hostile, so links that point outside the workspace
 * count as missing.
 */
export interface WorkspaceFiles {
  /**
   * Returns the names of the folder's entries for which `isWanted` is true, or an empty list if the folder is missing.
   * Throws `invalid_input` if there are more than 10,000.
   */
  list(root: string, isWanted?: (name: string) => boolean): Promise<string[]>;
  /**
   * Yields the names of all entries of a folder of any size, at most `size` at a time. Yields nothing if the folder is
   * missing. Entries may be removed meanwhile.
   */
  pages(root: string, size: number): AsyncIterable<string[]>;
  /** Returns the time of the last change of an entry, which may be a link, or null if it is missing. */
  modifiedAt(path: string): Promise<Date | null>;
  /** Moves the folders into `aside`. Ignores missing folders. Returns false if none existed. */
  setAside(folders: readonly string[], aside: string): Promise<boolean>;
  /** Creates a folder with its parents, which only the server's user can read. */
  create(folder: string): Promise<void>;
  /** Renames a folder. `to` must not exist. */
  move(from: string, to: string): Promise<void>;
  /**
   * Removes the folder `aside` without following links, including folders without permissions. Throws
   * `sandbox_unavailable` if something remains.
   */
  discard(aside: string): Promise<void>;
  /** True if `relativePath` under `root` is a regular file. */
  isFile(root: string, relativePath: string): Promise<boolean>;
  /** True if `relativePath` under `root` is a folder and no part of the path is a link. */
  isFolder(root: string, relativePath: string): Promise<boolean>;
  /**
   * Returns the text of a file, or null if it is missing or not a regular file. Throws `invalid_input` if it is larger
   * than `maxBytes`.
   */
  readText(root: string, relativePath: string, maxBytes: number): Promise<string | null>;
  /** Returns the bytes of a file in the same way as `readText`. */
  readBytes(root: string, relativePath: string, maxBytes: number): Promise<Buffer | null>;
}
