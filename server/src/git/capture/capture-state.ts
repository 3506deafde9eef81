import { lstat } from "node:fs/promises";
import { readRefs } from "../read/read-refs.ts";

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
  const refs = await readRefs({ gitDir: capturePath, signal }, names);
  const [baseSha, headSha, publishedSha] = names.map((name) => refs.get(name) ?? null);
  return { baseSha: baseSha ?? null, headSha: headSha ?? null, publishedSha: publishedSha ?? null };
}

export async function isDirectory(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
