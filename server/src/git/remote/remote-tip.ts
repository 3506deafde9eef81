import { gitText } from "../process/run-git.ts";
import type { LocatedRemote } from "./locate-remote.ts";

/** Returns the head of a branch on the remote, or null if the branch does not exist. Fetches nothing. */
export async function remoteTip(
  {
    remote,
    branch,
    isPartOfPush = false,
  }: { readonly remote: LocatedRemote; readonly branch: string; readonly isPartOfPush?: boolean },
  signal: AbortSignal,
): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  const listing = await gitText({
    ...(remote.kind === "folder" ? { gitDir: remote.path } : {}),
    args:
      remote.kind === "folder"
        ? ["for-each-ref", "--format=%(objectname)%09%(refname)", ref]
        : ["ls-remote", "--quiet", "--end-of-options", remote.url, ref],
    remote,
    signal,
    isPartOfPush,
  });
  for (const line of listing.split("\n")) {
    const [sha, name] = line.split("\t");
    if (name === ref) return sha!;
  }
  return null;
}
