import type { GitSite } from "../core/ports/git.ts";
import { gitText, runGit } from "./run-git.ts";

export interface DiffInput {
  readonly site: GitSite;
  readonly from: string | null;
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
  const gitDir = input.site.capturePath;
  const from =
    input.from ??
    (await gitText({ gitDir, args: ["hash-object", "-t", "tree", "--stdin"], stdin: "", signal }));
  const range = ["--end-of-options", from, input.to, "--"];
  const [summary, patch] = await Promise.all([
    gitText({ gitDir, args: ["diff", "--shortstat", ...plain, ...range], signal }),
    runGit({
      gitDir,
      args: ["diff", "--patch", ...plain, ...range],
      maxOutputBytes: input.maxPatchBytes,
      isCut: true,
      signal,
    }),
  ]);
  return {
    changedFiles: count(summary, /(\d+) files? changed/),
    additions: count(summary, /(\d+) insertions?\(\+\)/),
    deletions: count(summary, /(\d+) deletions?\(-\)/),
    patch: patchText(patch.stdout, input.maxPatchBytes),
  };
}

/** Cut at the end of a line where it was cut. NUL, which no text column holds, becomes U+FFFD. */
function patchText(bytes: Buffer, maxBytes: number): string {
  const text = bytes.toString("utf8").replaceAll("\0", "\uFFFD");
  if (bytes.length < maxBytes && Buffer.byteLength(text) <= maxBytes) return text;
  const cut = Buffer.from(text).subarray(0, maxBytes);
  return cut.subarray(0, cut.lastIndexOf("\n") + 1).toString("utf8");
}

const count = (summary: string, pattern: RegExp) => Number(pattern.exec(summary)?.[1] ?? 0);
