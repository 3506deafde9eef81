import { lstat } from "node:fs/promises";
import { gitText } from "../process/run-git.ts";

export interface CaptureState {
  readonly baseSha: string | null;
  readonly headSha: string | null;
  readonly publishedSha: string | null;
}

/** Ref in the capture repository for the common commit of the base branch and the session's branch when the session started. */
export const baseRef = "refs/tembo/base";
/** Ref for the branch's last commit that was published to the forge. */
export const publishedRef = "refs/tembo/published";

/** Returns the base, head and published commits of the capture repository, or null if the repository does not exist yet. */
export async function readCapture(
  capturePath: string,
  branch: string,
  signal: AbortSignal,
): Promise<CaptureState | null> {
  if (!(await isDirectory(capturePath))) return null;
  const names = [baseRef, `refs/heads/${branch}`, publishedRef];
  const refs = parseRefs(
    await gitText({
      gitDir: capturePath,
      args: ["for-each-ref", "--format=%(objectname) %(refname)", ...names],
      signal,
    }),
  );
  const [baseSha, headSha, publishedSha] = names.map((name) => refs.get(name) ?? null);
  return { baseSha: baseSha ?? null, headSha: headSha ?? null, publishedSha: publishedSha ?? null };
}

export async function isDirectory(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

export function parseRefs(text: string): Map<string, string> {
  const refs = new Map<string, string>();
  for (const line of text.split("\n")) {
    const space = line.indexOf(" ");
    if (space > 0) refs.set(line.slice(space + 1), line.slice(0, space));
  }
  return refs;
}
