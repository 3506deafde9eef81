import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** New file contents, by path in the repository. */
export type Changes = Readonly<Record<string, string>>;

/** The files of a repository. */
export interface SourceTree {
  /** Returns the text of a file, or null if it does not exist. */
  read(file: string): string | null;
  /** Returns the paths of all files below a folder. */
  filesBelow(folder: string): readonly string[];
}

/** Opens a repository and adds or replaces files in memory. */
export function sourceTree(root: string, changes: Changes = {}): SourceTree {
  return {
    read: (file) =>
      changes[file] ?? (existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : null),
    filesBelow: (folder) => {
      const path = join(root, folder);
      const listed = existsSync(path)
        ? readdirSync(path, { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`)
        : [];
      const added = Object.keys(changes).filter((file) => file.startsWith(`${folder}/`));
      return [...new Set([...listed, ...added])].sort();
    },
  };
}
