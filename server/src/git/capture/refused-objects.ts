import { AppError } from "../../core/base/index.ts";
import { type GitRun, gitText, runGit } from "../process/run-git.ts";

/** Objects in a pack that git's fsck rejected, as far as git's message lists them, and the message about the first of them. */
export interface RefusedObjects {
  readonly ids: ReadonlySet<string>;
  readonly words: string;
}

const refusal = /error: object ([0-9a-f]{40,64}): (\w+): ([^\n]*?)(?= error: | fatal: |$)/g;

/** Returns the rejected objects, or null if the error has another cause. */
export function refusedObjects(cause: unknown): RefusedObjects | null {
  if (!(cause instanceof AppError) || !cause.message.includes("fsck error in packed object")) return null;
  const found = [...cause.message.matchAll(refusal)];
  if (found.length === 0) return { ids: new Set(), words: "an invalid object" };
  return { ids: new Set(found.map(([, id]) => id!)), words: found[0]![3]!.trim() };
}

const maxListingBytes = 256 * 1024 ** 2;

/** Removes the files with rejected objects from the index. Returns the new tree and the removed paths. */
export async function leaveOutRefused(
  index: Pick<GitRun, "gitDir" | "workTree" | "indexFile" | "as" | "isScratch" | "signal">,
  { ids }: RefusedObjects,
): Promise<{ readonly tree: string; readonly paths: readonly string[] }> {
  const listing = await runGit({
    ...index,
    args: ["ls-files", "--stage", "-z"],
    maxOutputBytes: maxListingBytes,
  });
  const entries = listing.stdout.toString("utf8").split("\0").slice(0, -1).map(readEntry);
  const paths = entries.filter(({ id }) => ids.has(id)).map(({ path }) => path);
  await runGit({
    ...index,
    args: ["update-index", "--force-remove", "-z", "--stdin"],
    stdin: paths.map((path) => `${path}\0`).join(""),
  });
  return { tree: await gitText({ ...index, args: ["write-tree"] }), paths };
}

function readEntry(line: string): { readonly id: string; readonly path: string } {
  const tab = line.indexOf("\t");
  return { id: line.slice(0, tab).split(" ")[1]!, path: line.slice(tab + 1) };
}
