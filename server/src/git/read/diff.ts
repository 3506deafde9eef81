import { isUtf8 } from "node:buffer";
import type { GitSite, Patch } from "../../core/forges/index.ts";
import { type GitRun, gitText, runGit } from "../process/run-git.ts";
import { captured, has } from "../push/merge.ts";

export interface DiffRange {
  readonly site: GitSite;
  readonly from: string | null;
  /** Branch in the mirror. If `from` no longer exists, the comparison starts at the merge base with this branch. */
  readonly baseBranch?: string;
  readonly to: string;
}

export interface DiffInput extends DiffRange {
  readonly maxPatchBytes: number;
}

export interface DiffStat {
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
}

export interface DiffResult extends DiffStat {
  readonly patch: Patch;
}

/** Options for every diff. They disable external diffs and text conversions, so that attributes and configuration cannot start a program. */
const plain = ["--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", "--submodule=short"];

export async function diff(input: DiffInput, signal: AbortSignal): Promise<DiffResult> {
  const git = captured(input.site, signal);
  const range = await rangeOf(input, signal);
  return readDiff(git, range, input.maxPatchBytes);
}

export async function diffStat(input: DiffRange, signal: AbortSignal): Promise<DiffStat> {
  return readStat(captured(input.site, signal), await rangeOf(input, signal));
}

async function rangeOf(input: DiffRange, signal: AbortSignal): Promise<readonly string[]> {
  const from = (await startOf(input, signal)) ?? (await emptyTree(input.site, signal));
  return ["--end-of-options", from, input.to, "--"];
}

async function readStat(git: Pick<GitRun, "gitDir" | "signal">, range: readonly string[]): Promise<DiffStat> {
  return parseStat(await gitText({ ...git, args: ["diff", "--shortstat", ...plain, ...range] }));
}

const parseStat = (summary: string): DiffStat => ({
  changedFiles: count(summary, /(\d+) files? changed/),
  additions: count(summary, /(\d+) insertions?\(\+\)/),
  deletions: count(summary, /(\d+) deletions?\(-\)/),
});

/** Maximum length of the line that precedes the patch. */
const maxSummaryBytes = 200;

/**
 * Reads the summary and a patch that includes the contents of binary files, so that it can be applied. If the patch exceeds the limit and
 * contains binary files, reads it again without their contents, so that they do not displace text.
 */
async function readDiff(
  git: Pick<GitRun, "gitDir" | "signal">,
  range: readonly string[],
  maxBytes: number,
): Promise<DiffResult> {
  const read = async (...form: string[]) => {
    const args = ["diff", "--shortstat", "--patch", "--full-index", ...form, ...plain, ...range];
    const limits = { maxOutputBytes: maxSummaryBytes + maxBytes, isCut: true };
    const { stdout } = await runGit({ ...git, ...limits, args });
    // Git prints the summary, an empty line and the patch, or nothing if no file differs.
    const end = stdout.indexOf("\n\n");
    return { summary: stdout.toString("latin1", 0, end), patch: stdout.subarray(end + 2) };
  };
  const whole = await read("--binary");
  const stat = parseStat(whole.summary);
  if (whole.patch.length <= maxBytes) {
    const isComplete = isUtf8(whole.patch) && !whole.patch.includes(0);
    return { ...stat, patch: { text: patchText(whole.patch, maxBytes), isComplete } };
  }
  const hasBinary = /^GIT binary patch$/m.test(whole.patch.toString("latin1"));
  const shown = hasBinary ? (await read()).patch : whole.patch;
  return { ...stat, patch: { text: patchText(shown, maxBytes), isComplete: false } };
}

/**
 * Returns the commit to compare with, or null to compare with the empty tree. If `from` no longer exists because the base was overwritten,
 * returns the merge base with the current base branch, if there is one.
 */
async function startOf(
  { site, from, baseBranch, to }: DiffRange,
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

/** Decodes a patch and truncates it at the end of a line. Replaces NUL, which PostgreSQL text columns cannot store, with U+FFFD. */
function patchText(bytes: Buffer, maxBytes: number): string {
  const text = bytes.toString("utf8").replaceAll("\0", "\uFFFD");
  if (bytes.length <= maxBytes && Buffer.byteLength(text) <= maxBytes) return text;
  const cut = Buffer.from(text).subarray(0, maxBytes);
  return cut.subarray(0, cut.lastIndexOf("\n") + 1).toString("utf8");
}

const count = (summary: string, pattern: RegExp) => Number(pattern.exec(summary)?.[1] ?? 0);
