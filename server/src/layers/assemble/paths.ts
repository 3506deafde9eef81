import { quoted, Rejected } from "./rejected.ts";
import { type Folder, implicitFolder, isFolder } from "./tree.ts";

const maxPathBytes = 4_096;
const maxNameBytes = 255;
const maxLinks = 40;

/** Splits a path into names. Throws `Rejected` if it leaves the root, contains NUL or is too long. */
export function splitPath(path: string): string[] {
  if (path.length > maxPathBytes) throw new Rejected(`the path ${quoted(path)} is too long.`);
  if (path.includes("\0")) throw new Rejected(`the path ${quoted(path)} contains a NUL byte.`);
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (names.includes(".."))
    throw new Rejected(`the path ${quoted(path)} contains "..". Create the archive with relative paths.`);
  if (names.some((name) => name.length > maxNameBytes))
    throw new Rejected(`the path ${quoted(path)} has a name of more than 255 bytes.`);
  return names;
}

/**
 * Returns the folder that contains the last of the names, and creates missing folders. Follows symbolic links inside the tree, as if the tree
 * were the root file system, so that no link leads outside. Throws `Rejected` if a part of the path is not a folder, or if the path without
 * links is too long. This also limits the depth of the tree.
 */
export function openParent(root: Folder, names: readonly string[], archive: number): Folder {
  const stack: Folder[] = [root];
  const lengths = [names.at(-1)?.length ?? 0];
  const left = names.slice(0, -1).reverse();
  let links = 0;
  while (left.length > 0) {
    const name = left.pop()!;
    const here = stack.at(-1)!;
    if (name === "..") {
      if (stack.length > 1) {
        stack.pop();
        lengths.pop();
      }
      continue;
    }
    const child = here.children.get(name);
    if (child === undefined || isFolder(child)) {
      const length = lengths.at(-1)! + name.length + 1;
      if (length > maxPathBytes)
        throw new Rejected(`the path ${quoted(names.join("/"))} is too long when its links are followed.`);
      const folder = child ?? implicitFolder(archive);
      here.children.set(name, folder);
      stack.push(folder);
      lengths.push(length);
    } else if (child.inode.data.kind === "symlink") {
      links += 1;
      const { target } = child.inode.data;
      if (links > maxLinks)
        throw new Rejected(`the path ${quoted(names.join("/"))} has too many symbolic links.`);
      if (target.startsWith("/")) {
        stack.length = 1;
        lengths.length = 1;
      }
      left.push(
        ...target
          .split("/")
          .filter((part) => part !== "" && part !== ".")
          .reverse(),
      );
    } else
      throw new Rejected(`the path ${quoted(names.join("/"))} contains a file where a folder is needed.`);
  }
  return stack.at(-1)!;
}

/** True if the tree has a file or a link at the path. Follows links to its folder. */
export function hasFile(root: Folder, path: string): boolean {
  const names = splitPath(path);
  // A folder that this creates has no effect, because the caller rejects a tree without the file.
  const node = openParent(root, names, 0).children.get(names.at(-1) ?? "");
  return node !== undefined && !isFolder(node);
}
