/** Files that an archive of a folder leaves out. */
export type Omissions =
  /** Files and folders, by their paths in the exported folder. */
  | { readonly paths: readonly string[] }
  /**
   * Files of git repositories, by the names of their folders at the top of the exported folder: files that git ignores, and
   * files that git can write again, because they are as in the repository's index. A folder whose files git cannot list
   * remains complete. For each other one, the archive has a file with the folder's name in the folder `deletedFilesFolder`.
   * This file contains the paths of deleted files, each followed by a null byte.
   */
  | { readonly filesInGitOf: readonly string[] };

/** Folder at the top of an archive. It replaces a folder with the same name. */
export const deletedFilesFolder = ".tembo-saved";
