import { open } from "node:fs/promises";
import { join } from "node:path";
import type { GitIdentity, GitSite } from "../../core/forges/index.ts";
import { gitText, runGit } from "../process/run-git.ts";
import { shallowFile } from "../remote/shallow.ts";
import { signCommits } from "../sign/sign-commits.ts";
import { ownerOf } from "../workspace/checkout-files.ts";
import type { Annex } from "./annex.ts";
import { moveBranch } from "./move-branch.ts";

export interface Intake {
  readonly site: GitSite;
  readonly branch: string;
  readonly annex: Annex;
  /** Head commit in the annex. */
  readonly head: string;
  /** Current commit of the branch in the capture repository. */
  readonly known: string | null;
  /** True if the new commits include commits made in the workspace. */
  readonly hasOwnCommits: boolean;
  readonly committer: GitIdentity;
  readonly signingKey: string | null;
}

/**
 * Copies new commits to the capture repository, signs them if a key is configured, and moves the branch from the known commit to the new
 * head. Git verifies every object (git-fsck). Returns the new head, which differs from the original head if commits were signed. In this
 * case, also packs the signed commits for the workspace. `notice` states why commits are not signed.
 */
export async function takeIn(
  intake: Intake,
  signal: AbortSignal,
): Promise<{ readonly head: string; readonly notice: string | null }> {
  const { site, known, hasOwnCommits, signingKey } = intake;
  const excluded = known === null ? [] : [known];
  // The harness may have merged other branches. Commits that the mirror contains are not copied.
  if (hasOwnCommits) excluded.push(...(await mirrorHeads(site.mirrorPath, signal)));
  await copyCommits(intake, excluded, signal);
  const signed =
    signingKey === null
      ? { head: intake.head, notice: null }
      : await signCommits({ ...intake, known: excluded, signingKey }, signal);
  await moveBranch(intake, known, signed.head, signal);
  if (signed.head !== intake.head) await packForWorkspace(intake, signed.head, excluded, signal);
  return signed;
}

async function mirrorHeads(mirrorPath: string, signal: AbortSignal): Promise<string[]> {
  const heads = await gitText({
    gitDir: mirrorPath,
    args: ["for-each-ref", "--count=1000", "--sort=-committerdate", "--format=%(objectname)", "refs/heads"],
    signal,
  });
  return heads.split("\n").filter((sha) => sha !== "");
}

async function copyCommits(intake: Intake, excluded: readonly string[], signal: AbortSignal): Promise<void> {
  const { site, annex } = intake;
  const packed = await gitText({
    gitDir: annex.gitDir,
    shallowFile: shallowFile(site.mirrorPath),
    as: ownerOf(site),
    isScratch: true,
    folder: annex.path,
    args: ["pack-objects", "--quiet", "--revs", join(annex.path, "pack")],
    stdin: revisions(intake.head, excluded),
    signal,
  });
  if (packed === "") return;
  const pack = await open(join(annex.path, `pack-${packed}.pack`), "r");
  try {
    await runGit({
      gitDir: site.capturePath,
      shallowFile: shallowFile(site.mirrorPath),
      args: ["index-pack", "--stdin", "--strict"],
      stdin: pack.fd,
      signal,
    });
  } finally {
    await pack.close();
  }
}

/** Packs the signed commits for the workspace. They were created outside the workspace, so it does not contain them. */
async function packForWorkspace(
  { site, annex }: Intake,
  head: string,
  excluded: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const pack = join(annex.path, "pack");
  await gitText({
    gitDir: annex.gitDir,
    shallowFile: shallowFile(site.mirrorPath),
    as: ownerOf(site),
    isScratch: true,
    folder: annex.path,
    args: ["pack-objects", "--quiet", "--revs", pack],
    stdin: revisions(head, excluded),
    signal,
  });
}

const revisions = (head: string, excluded: readonly string[]) =>
  `${[head, ...excluded.map((sha) => `^${sha}`)].join("\n")}\n`;
