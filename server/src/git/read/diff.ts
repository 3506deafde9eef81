import type { GitSite } from "../../core/ports/git/git.ts";
import { gitText, runGit } from "../process/run-git.ts";
import { captured, has } from "../push/merge.ts";

export interface DiffInput {
  readonly site: GitSite;
  readonly from: string | null;
  /** Of the mirror; what is compared with when `from` is gone. */
  readonly baseBranch?: string;
  readonly to: string;
  readonly maxPatchBytes: number;
}

export interface DiffResult {
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
  readonly patch: string;
}

/** Neither attributes nor configuration may name a program: external diffs and text conversions are off. */
const plain = ["--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", "--submodule=short"];

export async function diff(input: DiffInput, signal: AbortSignal): Promise<DiffResult> {
  const git = captured(input.site, signal);
  const from = (await startOf(input, signal)) ?? (await emptyTree(input.site, signal));
  const range = ["--end-of-options", from, input.to, "--"];
  const [summary, patch] = await Promise.all([
    gitText({ ...git, args: ["diff", "--shortstat", ...plain, ...range] }),
    runGit({
      ...git,
      args: ["diff", "--patch", ...plain, ...range],
      maxOutputBytes: input.maxPatchBytes,
      isCut: true,
    }),
  ]);
  return {
    changedFiles: count(summary, /(\d+) files? changed/),
    additions: count(summary, /(\d+) insertions?\(\+\)/),
    deletions: count(summary, /(\d+) deletions?\(-\)/),
    patch: patchText(patch.stdout, input.maxPatchBytes),
  };
}

/** A base that was overwritten may be gone: then where the work parted from what the branch is now, as far as that is known. */
async function startOf(
  { site, from, baseBranch, to }: DiffInput,
  signal: AbortSignal,
): Promise<string | null> {
  if (from === null || (await has(site, from, signal))) return from;
  if (baseBranch === undefined) return null;
  const base = await runGit({
    gitDir: site.mirrorPath,
    args: ["rev-parse", "--verify", "--quiet", "--end-of-options", `refs/heads/${baseBranch}`],
    answers: [1, 128],
    signal,
  });
  if (base.code !== 0) return null;
  const args = ["merge-base", "--end-of-options", base.stdout.toString("utf8").trim(), to];
  const common = await runGit({ ...captured(site, signal), args, answers: [1] });
  return common.code === 0 ? common.stdout.toString("utf8").split("\n")[0]! : null;
}

const emptyTree = (site: GitSite, signal: AbortSignal) =>
  gitText({ ...captured(site, signal), args: ["hash-object", "-t", "tree", "--stdin"], stdin: "" });

/** Cut at the end of a line where it was cut. NUL, which no text column holds, becomes U+FFFD. */
function patchText(bytes: Buffer, maxBytes: number): string {
  const text = bytes.toString("utf8").replaceAll("\0", "\uFFFD");
  if (bytes.length < maxBytes && Buffer.byteLength(text) <= maxBytes) return text;
  const cut = Buffer.from(text).subarray(0, maxBytes);
  return cut.subarray(0, cut.lastIndexOf("\n") + 1).toString("utf8");
}

const count = (summary: string, pattern: RegExp) => Number(pattern.exec(summary)?.[1] ?? 0);
