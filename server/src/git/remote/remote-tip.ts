import { gitText } from "../process/run-git.ts";
import { readRefs } from "../read/read-refs.ts";
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
  if (remote.kind === "folder") {
    const refs = await readRefs({ gitDir: remote.path, remote, signal, isPartOfPush }, [ref]);
    return refs.get(ref) ?? null;
  }
  const args = ["ls-remote", "--quiet", "--end-of-options", remote.url, ref];
  for (const line of (await gitText({ args, remote, signal, isPartOfPush })).split("\n")) {
    const [sha, name] = line.split("\t");
    if (name === ref) return sha!;
  }
  return null;
}
