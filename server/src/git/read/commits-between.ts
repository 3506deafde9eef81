import { AppError } from "../../core/base/index.ts";
import type { GitCommit, GitSite } from "../../core/forges/index.ts";
import { runGit } from "../process/run-git.ts";
import { captured } from "../push/merge.ts";

const maxCommits = 500;

export async function commitsBetween(
  input: { readonly site: GitSite; readonly from: string | null; readonly to: string },
  signal: AbortSignal,
): Promise<readonly GitCommit[]> {
  const { site, from, to } = input;
  const { stdout } = await runGit({
    ...captured(site, signal),
    args: [
      "log",
      "-z",
      "--topo-order",
      "--reverse",
      `--max-count=${maxCommits + 1}`,
      "--no-show-signature",
      "--encoding=UTF-8",
      "--format=%H%n%T%n%P%n%B",
      "--end-of-options",
      to,
      ...(from === null ? [] : [`^${from}`]),
      "--",
    ],
  });
  const records = stdout
    .toString("utf8")
    .split("\0")
    .filter((record) => record !== "");
  if (records.length > maxCommits)
    throw new AppError(
      "git_failed",
      `There are more than ${maxCommits} commits since ${from ?? "the first commit"}. Squash them and try again.`,
    );
  return records.map((record) => {
    const [sha = "", treeSha = "", parents = "", ...message] = record.split("\n");
    return {
      sha,
      treeSha,
      parentShas: parents.split(" ").filter((parent) => parent !== ""),
      message: message.join("\n"),
    };
  });
}
