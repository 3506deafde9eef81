import { access, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gitText, runGit } from "../process/run-git.ts";
import { addressOf, type LocatedRemote, serverProgram } from "./locate-remote.ts";
import { hasCommonCommit, isShallow } from "./shallow.ts";

const mirrored = ["refs/heads", "refs/tags"];

export interface MirrorInput {
  readonly mirrorPath: string;
  readonly remote: LocatedRemote;
  /** Commits of each branch that a new mirror takes; null takes all, also where there were fewer. */
  readonly depth?: number | null;
  /** Where work is to start; without it in the mirror, the remote is asked for its own default branch. */
  readonly baseBranch?: string;
  /** A branch that continues the base: a shallow mirror reaches back to where they part. */
  readonly branch?: string;
}

/** Creates or updates the mirror. A local remote with the same refs costs no fetch. */
export async function fetchMirror(
  input: MirrorInput,
  signal: AbortSignal,
): Promise<{ readonly headBranch: string | null }> {
  const { mirrorPath, remote, baseBranch, branch } = input;
  const isThere = await isRepository(mirrorPath);
  const isCut = isThere && (await isShallow(mirrorPath));
  // A depth that was taken away is made up for.
  const isWhole = !isCut || input.depth;
  const here = isThere ? await listRefs(mirrorPath, signal) : "";
  if (remote.kind !== "folder" || !isWhole || !isThere || here !== (await listRefs(remote.path, signal)))
    await fetchRefs(input, { isCut, hasRefs: here !== "" }, signal);
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

/** Brings one branch up to date; of a shallow mirror only that one. */
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
/** Each is that many commits further back; a history that is still not connected then counts as having nothing in common. */
const deepenings = [50, 250, 1250];

/** Fetches older commits of the branches, a step at a time, until what is asked for is true or there is no more to come. */
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

/** Branches and tags, one a line: `<object> <name>`, sorted by name. */
export function listRefs(gitDir: string, signal: AbortSignal): Promise<string> {
  return gitText({
    gitDir,
    args: ["for-each-ref", "--format=%(objectname) %(refname)", ...mirrored],
    signal,
  });
}

async function fetchRefs(
  { mirrorPath, remote, depth }: MirrorInput,
  found: { readonly isCut: boolean; readonly hasRefs: boolean },
  signal: AbortSignal,
): Promise<void> {
  // Sandboxes pass through under users of their own; which repositories there are is nobody's to list.
  await mkdir(dirname(mirrorPath), { recursive: true, mode: 0o711 });
  // Git has a user of its own, which makes nothing beside the mirrors.
  await mkdir(mirrorPath, { recursive: true, mode: 0o755 });
  // A whole mirror stays whole: to cut it would save nothing.
  const takesDepth = Boolean(depth) && (found.isCut || !found.hasRefs);
  const options = takesDepth ? [`--depth=${depth}`] : found.isCut ? ["--unshallow"] : [];
  // Each tag of a shallow mirror would bring a whole tree of its own.
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
    isExclusive: true,
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
      addressOf(remote),
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
  const args = ["for-each-ref", "--format=%(refname)", ...refs];
  const found = (await gitText({ gitDir, args, signal })).split("\n");
  return new Set(found.filter((ref) => refs.includes(ref)).map((ref) => ref.slice("refs/heads/".length)));
}

/** Null for a repository without commits. */
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

async function isRepository(path: string): Promise<boolean> {
  // `git init` makes this folder last: a half-made mirror does not have it.
  return access(join(path, "objects/info")).then(
    () => true,
    () => false,
  );
}
