import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDirectory } from "../capture/capture-state.ts";
import { type GitRun, runGit } from "../process/run-git.ts";
import { readShallow } from "../remote/shallow.ts";
import {
  type CheckoutInput,
  checkoutConfig,
  checkoutRepository,
  copyIndex,
  excludeFile,
  ownerOf,
} from "./checkout-files.ts";
import { readWorkspaceHead } from "./workspace-head.ts";
import { give, writeRepository } from "./write-repository.ts";

const maxListBytes = 1024 ** 2;

/**
 * Turns a folder that an environment brought into the session's checkout. Replaces its `.git`, which is untrusted, and
 * updates tracked files to `headSha`. Other files remain. Git ignores those that no `.gitignore` names, so that they do
 * not become part of the session's work. Returns the commit that the environment had checked out, which is untrusted, or
 * null if there is no such folder or commit.
 */
export async function adoptEnvironment(
  input: CheckoutInput,
  refs: ReadonlyMap<string, string>,
  headSha: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const { site, branch, baseBranch, publicUrl } = input;
  if (headSha === null || !(await isDirectory(site.checkoutPath))) return null;
  const owner = ownerOf(site);
  // The folder is next to the capture repository, where no sandbox can change it.
  const parts = await mkdtemp(`${site.capturePath}.new-`);
  try {
    await chmod(parts, 0o755);
    give(parts, owner);
    const tree = join(parts, "checkout");
    await rename(site.checkoutPath, tree);
    const gitDir = join(tree, ".git");
    const environmentSha = await readWorkspaceHead(gitDir);
    await rename(gitDir, join(parts, "environment.git")).catch((cause) => {
      if (cause.code !== "ENOENT") throw cause;
    });
    const shallow = await readShallow(site.mirrorPath);
    const skeleton = checkoutRepository({ site, branch, config: checkoutConfig(publicUrl), shallow }, refs);
    writeRepository(gitDir, {
      ...skeleton,
      refs: new Map([...(skeleton.refs ?? []), [`refs/heads/${branch}`, headSha]]),
      files: {
        ...skeleton.files,
        "refs/remotes/origin/HEAD": `ref: refs/remotes/origin/${baseBranch}\n`,
      },
    });
    const git = { gitDir, workTree: tree, as: owner, signal } as const;
    await matchIndex(git, environmentSha);
    await runGit({ ...git, args: ["read-tree", "--reset", "-u", "--end-of-options", headSha] });
    const exclude = (await listOthers(git)).map(excludePattern).join("");
    for (const [folder, to] of [
      [gitDir, owner],
      [site.capturePath, null],
    ] as const) {
      await mkdir(join(folder, "info"), { recursive: true });
      await writeFile(join(folder, excludeFile), exclude, { mode: 0o644 });
      for (const name of ["info", excludeFile]) give(join(folder, name), to);
    }
    await copyIndex(join(gitDir, "index"), join(site.capturePath, "index"));
    await rename(tree, site.checkoutPath);
    return environmentSha;
  } finally {
    await rm(parts, { recursive: true, force: true });
  }
}

type InCheckout = Pick<GitRun, "gitDir" | "workTree" | "as" | "signal">;

/**
 * Fills the index with the commit that the environment had checked out, so that git leaves unchanged files as they are
 * and removes those that no longer exist. The commit is untrusted, and only decides which files are tracked.
 */
async function matchIndex(git: InCheckout, environmentSha: string | null): Promise<void> {
  if (environmentSha === null) return;
  const read = ["read-tree", "--end-of-options", environmentSha];
  const { code } = await runGit({ ...git, args: read, answers: [128] });
  if (code === 0) await runGit({ ...git, args: ["update-index", "-q", "--refresh"], answers: [1] });
}

/** Returns the paths of untracked files that are not ignored. If they are too many, returns whole folders instead. */
async function listOthers(git: InCheckout): Promise<string[]> {
  const args = ["ls-files", "--others", "--exclude-standard", "-z"];
  const limits = { maxOutputBytes: maxListBytes, isCut: true };
  const files = await runGit({ ...git, ...limits, args });
  const { stdout } =
    files.stdout.length < maxListBytes
      ? files
      : await runGit({ ...git, ...limits, args: [...args, "--directory"] });
  return stdout.toString("utf8").split("\0").slice(0, -1);
}

/** Returns the line of gitignore(5) for exactly this path, or nothing for a path that no line can express. */
export function excludePattern(path: string): string {
  return path.includes("\n") ? "" : `/${path.replaceAll(/[\\*?[\] ]/g, "\\$&")}\n`;
}
