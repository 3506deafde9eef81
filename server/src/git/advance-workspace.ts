import { execFile } from "node:child_process";
import { lstat, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { AppError } from "../core/errors.ts";
import type { GitSite } from "../core/ports/git.ts";
import { checkoutConfigFile, checkoutRepository, ownerOf, parseRefs } from "./checkout.ts";
import { listRefs } from "./mirror.ts";
import { areRealDirectories } from "./workspace-head.ts";
import { writeRepository } from "./write-repository.ts";

const run = promisify(execFile);

/**
 * Runs as the workspace's user, so it can do nothing that the harness could not; no git takes part. The index goes last:
 * it is the one that git finished with these very files, so that `git status` is clean afterwards.
 */
const advanceScript = `
set -e
git=$1 annex=$2 branch=$3 head=$4 index=$5
cd "$git"
rm -rf -- MERGE_HEAD MERGE_MSG MERGE_MODE CHERRY_PICK_HEAD REVERT_HEAD AUTO_MERGE rebase-merge rebase-apply sequencer
rm -f -- index.lock HEAD.lock "refs/heads/$branch.lock"
for pack in "$annex"/pack-*.pack "$annex"/pack-*.idx; do
  if [ -f "$pack" ]; then cp -n -- "$pack" objects/pack/; fi
done
mkdir -p -- "$(dirname -- "refs/heads/$branch")"
printf '%s\\n' "$head" > "$annex/ref"
mv -fT -- "$annex/ref" "refs/heads/$branch"
printf 'ref: refs/heads/%s\\n' "$branch" > "$annex/head"
mv -fT -- "$annex/head" HEAD
cp -p -- "$index" "$annex/index.next"
mv -fT -- "$annex/index.next" index`;

export interface Advance {
  readonly site: GitSite;
  readonly branch: string;
  readonly head: string;
  /** Holds the packs and the index of the capture. */
  readonly annexPath: string;
  readonly indexFile: string;
}

/**
 * Brings the workspace's own branch to what was captured, so that the harness's next commit continues it. A repository
 * the harness has broken or removed is made anew; its other branches are gone with it, its work is captured.
 */
export async function advanceWorkspace(advance: Advance, signal: AbortSignal): Promise<void> {
  const { site, branch } = advance;
  const gitDir = join(site.checkoutPath, ".git");
  if (!(await areRealDirectories(gitDir, ["", "objects", "objects/pack", "refs", "refs/heads"])))
    await remakeRepository(advance, gitDir, signal);
  await refuseLinks(gitDir, branch);
  await run(
    "sh",
    ["-c", advanceScript, "sh", gitDir, advance.annexPath, branch, advance.head, advance.indexFile],
    {
      cwd: "/",
      env: { PATH: "/usr/bin:/bin" },
      signal,
      timeout: 60_000,
      killSignal: "SIGKILL",
      ...(process.getuid?.() === 0 ? ownerOf(site) : {}),
    },
  );
}

async function remakeRepository(advance: Advance, gitDir: string, signal: AbortSignal): Promise<void> {
  const { site, branch } = advance;
  const refs = parseRefs(await listRefs(site.mirrorPath, signal));
  const config = await readFile(join(site.capturePath, checkoutConfigFile), "utf8");
  const made = join(advance.annexPath, "remade");
  await writeRepository(made, checkoutRepository({ site, branch, config }, refs));
  // Removes the link itself when it is one.
  await rm(gitDir, { recursive: true, force: true });
  await rename(made, gitDir);
}

/** A folder on the branch's way that is a link would lead the write elsewhere. */
async function refuseLinks(gitDir: string, branch: string): Promise<void> {
  const steps = ["refs", "heads", ...branch.split("/")];
  for (let depth = 1; depth < steps.length; depth++) {
    const path = join(gitDir, ...steps.slice(0, depth));
    const found = await lstat(path).catch((cause) => {
      if (cause.code === "ENOENT") return null;
      throw cause;
    });
    if (found && !found.isDirectory()) throw new AppError("git_failed", `${path} is no folder any more.`);
  }
}
