export type EntryKind = "file" | "folder" | "link" | "other";

export interface FoundEntry {
  readonly name: string;
  /** `other` is a pipe, a socket, a device or an entry whose name is not UTF-8. */
  readonly kind: EntryKind;
}

export interface FolderEntry extends FoundEntry {
  /** Size of a file. Null for other entries. */
  readonly sizeBytes: number | null;
  /** Time of the last change, which programs can set to any value. Null if the entry was removed meanwhile. */
  readonly modifiedAt: Date | null;
}

export interface OpenedFile {
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  /** Content, or null if the file is larger than the limit. */
  readonly bytes: Buffer | null;
}

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
  /**
   * Returns the entries of the folder `relativePath` under `root` that `choose` selects from the first `maxEntries`. Returns
   * the kind of an entry that is not a folder, or null if it is missing. Follows no links. Throws `conflict` if the
   * server may not read the folder.
   */
  listFolder(
    root: string,
    relativePath: string,
    options: {
      readonly maxEntries: number;
      readonly choose: (found: readonly FoundEntry[]) => readonly FoundEntry[];
    },
  ): Promise<{ readonly entries: readonly FolderEntry[]; readonly isCut: boolean } | EntryKind | null>;
  /**
   * Reads the file `relativePath` under `root`. Returns the kind of an entry that is not a file, or null if it is
   * missing. Follows no links. Throws `conflict` if the server may not read the file.
   */
  openFile(root: string, relativePath: string, maxBytes: number): Promise<OpenedFile | EntryKind | null>;
}
