import type { GitSite } from "../../core/forges/index.ts";
import { runGit } from "../process/run-git.ts";
import { captured } from "../push/merge.ts";

const maxOutputBytes = 256 * 1024;

/**
 * Returns the subjects of at most `limit` non-merge commits reachable from `from`, newest first. Omits commits that a shallow mirror does not
 * contain. Returns an empty list if `from` does not exist.
 */
export async function subjects(
  input: { readonly site: GitSite; readonly from: string; readonly limit: number },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { site, from, limit } = input;
  const { code, stdout } = await runGit({
    ...captured(site, signal),
    args: [
      "log",
      "-z",
      "--no-merges",
      "--no-show-signature",
      "--encoding=UTF-8",
      `--max-count=${limit}`,
      "--format=%s",
      "--end-of-options",
      from,
      "--",
    ],
    answers: [128],
    maxOutputBytes,
    isCut: true,
  });
  return code === 128
    ? []
    : stdout
        .toString("utf8")
        .split("\0")
        .filter((subject) => subject !== "");
}
