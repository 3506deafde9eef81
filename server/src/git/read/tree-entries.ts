import { AppError } from "../../core/base/index.ts";
import { type ObjectRepository, readObject } from "../../host-git/objects/read-object.ts";

interface RawEntry {
  /** Mode without leading zeros, such as "40000" for a folder. */
  readonly mode: string;
  readonly name: string;
  readonly id: string;
}

const maxTreeBytes = 32 * 1024 * 1024;

/**
 * Returns the entries of a tree in git's order, or null if there is no such tree. `name` is any name that git accepts for an object. Throws
 * `git_failed` if the tree is broken or too large.
 */
export async function readTreeEntries(
  repository: ObjectRepository,
  name: string,
  signal: AbortSignal,
): Promise<readonly RawEntry[] | null> {
  const tree = await readObject(repository, { name, type: "tree", maxBytes: maxTreeBytes }, signal);
  if (tree === null) return null;
  if (tree === "tooLarge")
    throw new AppError("git_failed", `The folder ${name} has too many entries for Tembo to read.`);
  return parseTree(tree);
}

/** Parses a tree object: `<mode> <name>`, NUL and the binary ID for each entry. */
function parseTree(tree: Buffer): readonly RawEntry[] {
  const entries: RawEntry[] = [];
  for (let at = 0; at < tree.length; ) {
    const [space, end] = [tree.indexOf(0x20, at), tree.indexOf(0, at)];
    const next = end + 1 + idBytes;
    if (space < 0 || end < space || next > tree.length)
      throw new AppError("git_failed", "git found a folder whose list of entries is broken.");
    entries.push({
      mode: tree.toString("latin1", at, space),
      name: tree.toString("utf8", space + 1, end),
      id: tree.toString("hex", end + 1, next),
    });
    at = next;
  }
  return entries;
}

/** Length of an object ID. Tembo's repositories use SHA-1. */
const idBytes = 20;
