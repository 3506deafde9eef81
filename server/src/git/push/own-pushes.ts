import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { GitSite } from "../../core/forges/index.ts";
import { has, isAncestor } from "./merge.ts";

/** A push that the sandbox made itself, as the remote confirmed it. */
export interface OwnPush {
  readonly site: GitSite;
  readonly branch: string;
  /** Null when it made the branch. */
  readonly oldSha: string | null;
  readonly newSha: string;
}

const fileOf = (site: GitSite) => join(site.capturePath, "own-pushes");

/** Remembers it beside what was captured, so that a worker which takes the turn up again knows of it too. */
export async function noteOwnPush({ site, branch, oldSha, newSha }: OwnPush): Promise<void> {
  await appendFile(fileOf(site), `${oldSha ?? "-"} ${newSha} ${branch}\n`, { mode: 0o600 });
}

/** That many are looked back at. */
const maxPushes = 1000;

/**
 * Whether everything on the branch that `sha` does not build on was pushed by the session itself: its harness has amended or
 * rebased what it had pushed. Commits of anybody else in between make it false.
 */
export async function replacesOwnPushes(
  { site, branch, sha }: { readonly site: GitSite; readonly branch: string; readonly sha: string },
  theirs: string,
  signal: AbortSignal,
): Promise<boolean> {
  const before = await readPushes(site, branch);
  let at = theirs;
  for (let step = 0; step < maxPushes; step++) {
    const old = before.get(at);
    if (old === undefined) return false;
    if (old === "-") return true;
    if ((await has(site, old, signal)) && (await isAncestor(site, old, sha, signal))) return true;
    at = old;
  }
  return false;
}

/** What was on the branch before each push, by what was there after it. */
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
