import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { lastMirrorSetting } from "../../host-git/git-process.ts";
import { gitText, runGit } from "../process/run-git.ts";
import { readRefs } from "../read/read-refs.ts";
import { type LocatedRemote, remoteAddress, serverProgram } from "./locate-remote.ts";
import { hasCommonCommit, isShallow } from "./shallow.ts";

const mirrored = ["refs/heads", "refs/tags"];

export interface MirrorInput {
  readonly mirrorPath: string;
  readonly remote: LocatedRemote;
  /** Number of commits per branch for a new or shallow mirror. Without a depth, fetches the complete history, even of a shallow mirror. */
  readonly depth?: number | null;
  /** Branch at which the work starts. If the mirror does not contain it, `fetchMirror` returns the remote's default branch. */
  readonly baseBranch?: string;
  /** Branch that builds on the base. A shallow mirror is deepened until both branches have a common commit (see `deepenUntil`). */
  readonly branch?: string;
}

/**
 * Creates or updates the mirror. Skips the fetch if the remote is a local folder with the same refs. Deepens a shallow mirror until the base
 * branch and the session's branch have a common commit. `headBranch` is the remote's default branch if the base branch is missing and the
 * remote has commits, or null otherwise.
 */
export async function fetchMirror(
  input: MirrorInput,
  signal: AbortSignal,
): Promise<{ readonly headBranch: string | null }> {
  const { mirrorPath, remote, baseBranch, branch } = input;
  const isThere = await isComplete(mirrorPath);
  const isCut = isThere && (await isShallow(mirrorPath));
  // If the depth setting was removed, a shallow mirror must fetch the complete history.
  const isWhole = !isCut || input.depth;
  const here = isThere ? await listRefs(mirrorPath, signal) : new Map<string, string>();
  const isCurrent =
    remote.kind === "folder" &&
    isThere &&
    isWhole &&
    isDeepStrictEqual(here, await listRefs(remote.path, signal));
  if (!isCurrent) await fetchRefs(input, { isCut, hasRefs: here.size > 0 }, signal);
  const refs = await branchesOf(mirrorPath, [baseBranch, branch], signal);
  if (baseBranch === undefined) return { headBranch: null };
  if (!refs.has(baseBranch)) return { headBranch: await headBranchOf(input, signal) };
  if (branch !== undefined && refs.has(branch) && (await isShallow(mirrorPath)))
    await deepenUntil(
      () =>
        hasCommonCommit({ gitDir: mirrorPath, signal }, `refs/heads/${baseBranch}`, `refs/heads/${branch}`),
      { mirrorPath, remote, branches: [baseBranch, branch] },
      signal,
    );
  return { headBranch: null };
}

/** Updates one branch of a shallow mirror, or all branches and tags of a complete mirror. */
export async function refreshBranch(
  { mirrorPath, remote, branch }: MirrorBranch,
  signal: AbortSignal,
): Promise<void> {
  if (!(await isShallow(mirrorPath))) return void (await fetchMirror({ mirrorPath, remote }, signal));
  const what = { options: [`--depth=${refreshDepth}`], refs: [`refs/heads/${branch}`] };
  await fetchInto(mirrorPath, remote, what, signal);
}

export interface MirrorBranch {
  readonly mirrorPath: string;
  readonly remote: LocatedRemote;
  readonly branch: string;
}

const refreshDepth = 50;
/** Number of additional commits in each step. If the histories are still not connected afterwards, they count as unrelated. */
const deepenings = [50, 250, 1250];

/** Fetches older commits of the branches in at most three steps, until the histories are connected or the mirror is complete. */
export async function deepenUntil(
  isConnected: () => Promise<boolean>,
  { mirrorPath, remote, branches }: Omit<MirrorBranch, "branch"> & { readonly branches: readonly string[] },
  signal: AbortSignal,
): Promise<void> {
  const refs = branches.map((branch) => `refs/heads/${branch}`);
  for (const commits of deepenings) {
    if ((await isConnected()) || !(await isShallow(mirrorPath))) return;
    await fetchInto(mirrorPath, remote, { options: [`--deepen=${commits}`], refs }, signal);
  }
}

/** Returns the object IDs of all branches and tags, by full name. */
export function listRefs(gitDir: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  return readRefs({ gitDir, signal }, mirrored);
}

async function fetchRefs(
  { mirrorPath, remote, depth }: MirrorInput,
  found: { readonly isCut: boolean; readonly hasRefs: boolean },
  signal: AbortSignal,
): Promise<void> {
  // Sandboxes traverse this folder as other users, but must not list the repositories.
  await mkdir(dirname(mirrorPath), { recursive: true, mode: 0o711 });
  // Host git runs as a separate user, which can create files only inside the mirror.
  await mkdir(mirrorPath, { recursive: true, mode: 0o755 });
  // A complete mirror is never made shallow, because this would save nothing.
  const takesDepth = Boolean(depth) && (found.isCut || !found.hasRefs);
  const options = takesDepth ? [`--depth=${depth}`] : found.isCut ? ["--unshallow"] : [];
  // In a shallow mirror, each tag would add all objects of its tree.
  const prefixes = takesDepth ? ["refs/heads"] : mirrored;
  const refs = prefixes.map((prefix) => `${prefix}/*`);
  await fetchInto(mirrorPath, remote, { options: ["--prune", ...options], refs }, signal);
}

function fetchInto(
  mirrorPath: string,
  remote: LocatedRemote,
  what: { readonly options: readonly string[]; readonly refs: readonly string[] },
  signal: AbortSignal,
) {
  return runGit({
    gitDir: mirrorPath,
    isMirror: true,
    args: [
      "fetch",
      "--quiet",
      ...what.options,
      "--no-tags",
      "--no-write-fetch-head",
      "--no-auto-maintenance",
      "--no-recurse-submodules",
      ...serverProgram(remote, "upload-pack"),
      "--end-of-options",
      remoteAddress(remote),
      ...what.refs.map((ref) => `+${ref}:${ref}`),
    ],
    remote,
    signal,
  });
}

async function branchesOf(
  gitDir: string,
  names: readonly (string | undefined)[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const refs = names.filter((name) => name !== undefined).map((name) => `refs/heads/${name}`);
  if (refs.length === 0) return new Set();
  const found = await readRefs({ gitDir, signal }, refs);
  return new Set(refs.filter((ref) => found.has(ref)).map((ref) => ref.slice("refs/heads/".length)));
}

/** Returns the remote's default branch, or null if the mirror does not contain it, for example if the remote has no commits. */
async function headBranchOf(
  { remote, mirrorPath }: MirrorInput,
  signal: AbortSignal,
): Promise<string | null> {
  const head =
    remote.kind === "folder"
      ? await readFile(join(remote.path, "HEAD"), "utf8")
      : await gitText({
          args: ["ls-remote", "--symref", "--end-of-options", remote.url, "HEAD"],
          remote,
          signal,
        });
  const name = /^ref:\s*refs\/heads\/(\S+)/m.exec(head)?.[1];
  if (name === undefined) return null;
  return (await branchesOf(mirrorPath, [name], signal)).has(name) ? name : null;
}

/** Returns true unless the mirror does not exist or its creation was interrupted. The next fetch then creates it. */
async function isComplete(mirrorPath: string): Promise<boolean> {
  const [head, config] = await Promise.all(
    ["HEAD", "config"].map((name) =>
      readFile(join(mirrorPath, name), "utf8").catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== "ENOENT") throw cause;
        return "";
      }),
    ),
  );
  return head !== "" && config!.includes(lastMirrorSetting);
}
