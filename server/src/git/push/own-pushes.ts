import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { GitSite } from "../../core/forges/index.ts";
import { has, isAncestor } from "./merge.ts";

/** Push by the sandbox itself that the remote has confirmed. */
export interface OwnPush {
  readonly site: GitSite;
  readonly branch: string;
  /** The branch's commit before the push, or null if the push created the branch. */
  readonly oldSha: string | null;
  readonly newSha: string;
}

const fileOf = (site: GitSite) => join(site.capturePath, "own-pushes");

/** Records the push in a file of the capture repository, so that a worker that resumes the turn can read it. */
export async function noteOwnPush({ site, branch, oldSha, newSha }: OwnPush): Promise<void> {
  await appendFile(fileOf(site), `${oldSha ?? "-"} ${newSha} ${branch}\n`, { mode: 0o600 });
}

/** Maximum number of earlier pushes to follow. */
const maxPushes = 1000;

/**
 * Returns true if the session itself pushed all commits on the branch that `sha` does not contain. In this case, the session's harness
 * amended or rebased commits that it had pushed. Returns false if other users pushed some of these commits.
 */
export async function replacesOwnPushes(
  { site, branch, sha }: { readonly site: GitSite; readonly branch: string; readonly sha: string },
  remoteTip: string,
  signal: AbortSignal,
): Promise<boolean> {
  const before = await readPushes(site, branch);
  let at = remoteTip;
  for (let step = 0; step < maxPushes; step++) {
    const old = before.get(at);
    if (old === undefined) return false;
    if (old === "-") return true;
    if ((await has(site, old, signal)) && (await isAncestor(site, old, sha, signal))) return true;
    at = old;
  }
  return false;
}

/** Returns a map from the commit that each push created to the commit before the push. */
async function readPushes(site: GitSite, branch: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(fileOf(site), "utf8").catch((cause) => {
    if (cause.code === "ENOENT") return "";
    throw cause;
  });
  const pushes = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [old, made, ...name] = line.split(" ");
    if (old && made && name.join(" ") === branch) pushes.set(made, old);
  }
  return pushes;
}
