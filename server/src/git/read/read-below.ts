import { type ObjectRepository, readObject } from "../../host-git/objects/read-object.ts";
import { objectsIn } from "./objects.ts";
import { readTreeEntries } from "./tree-entries.ts";

export interface ReadBelowInput {
  readonly mirrorPath: string;
  readonly branch: string;
  readonly folders: readonly string[];
  readonly name: string;
  readonly maxFiles: number;
  readonly maxBytes: number;
}

export interface FoundFile {
  readonly path: string;
  readonly text: string;
}

/** Maximum number of folders to look into. */
const maxFolders = 1_000;

/**
 * Returns the file `name` from each folder directly below one of `folders`, at most `maxFiles` in total. Ignores links, and files larger than
 * `maxBytes`. Returns an empty list if the mirror or the branch is missing.
 */
export async function readBelow(input: ReadBelowInput, signal: AbortSignal): Promise<readonly FoundFile[]> {
  const { mirrorPath, branch, folders, name, maxFiles } = input;
  const mirror = objectsIn(mirrorPath);
  const found: FoundFile[] = [];
  let left = maxFolders;
  for (const folder of folders) {
    const entries = (await readTreeEntries(mirror, `refs/heads/${branch}:${folder}`, signal)) ?? [];
    for (const { name: step, id } of entries.filter(({ mode }) => mode === "40000")) {
      if (found.length === maxFiles || left-- === 0) return found;
      const text = await readIn(mirror, id, input, signal);
      if (text !== null) found.push({ path: `${folder}/${step}/${name}`, text });
    }
  }
  return found;
}

/** Returns the text of the file in a folder, or null if the folder does not contain it as a regular file of at most `maxBytes`. */
async function readIn(
  mirror: ObjectRepository,
  folder: string,
  { name, maxBytes }: ReadBelowInput,
  signal: AbortSignal,
): Promise<string | null> {
  const entry = (await readTreeEntries(mirror, folder, signal))?.find((one) => one.name === name);
  if (!entry?.mode.startsWith("100")) return null;
  const content = await readObject(mirror, { name: entry.id, type: "blob", maxBytes }, signal);
  return content instanceof Buffer ? content.toString("utf8").replaceAll("\0", "\uFFFD") : null;
}
