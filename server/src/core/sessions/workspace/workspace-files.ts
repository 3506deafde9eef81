/** Looks into a workspace from outside. What lies there is hostile: links that lead out are as good as missing. */
export interface WorkspaceFiles {
  /** The names of what lies in a folder; none where there is no folder. Throws `invalid_input` for more than 10,000. */
  list(root: string): Promise<string[]>;
  /** Moves folders into another, out of everybody's way; those that are missing are left out. False when none was there. */
  setAside(folders: readonly string[], aside: string): Promise<boolean>;
  /** Removes what was set aside. No link is followed. */
  discard(aside: string): Promise<void>;
  /** A regular file at `relativePath` under `root`. */
  isFile(root: string, relativePath: string): Promise<boolean>;
  /** A folder at `relativePath` under `root`, that no link leads to. */
  isFolder(root: string, relativePath: string): Promise<boolean>;
  /** Its text, or null when there is none. Throws `invalid_input` when it is larger than `maxBytes`. */
  readText(root: string, relativePath: string, maxBytes: number): Promise<string | null>;
  /** Its bytes, as `readText`. */
  readBytes(root: string, relativePath: string, maxBytes: number): Promise<Buffer | null>;
}
