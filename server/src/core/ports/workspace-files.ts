/** Looks into a workspace from outside. What lies there is hostile: links that lead out are as good as missing. */
export interface WorkspaceFiles {
  /** A regular file at `relativePath` under `root`. */
  isFile(root: string, relativePath: string): Promise<boolean>;
  /** A folder at `relativePath` under `root`, that no link leads to. */
  isFolder(root: string, relativePath: string): Promise<boolean>;
  /** Its text, or null when there is none. Throws `invalid_input` when it is larger than `maxBytes`. */
  readText(root: string, relativePath: string, maxBytes: number): Promise<string | null>;
}
