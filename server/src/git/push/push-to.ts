import { AppError, withReason } from "../../core/base/index.ts";
import type { GitSite } from "../../core/forges/index.ts";
import { lastWords } from "../process/last-words.ts";
import { runGit } from "../process/run-git.ts";
import { type LocatedRemote, remoteAddress, serverProgram } from "../remote/locate-remote.ts";
import { nameOf, pushAdvice, remoteError, remoteWords } from "../remote/remote-error.ts";
import { captured } from "./merge.ts";

/**
 * Pushes a commit to a branch. Returns false if the branch is no longer at the expected commit. Throws `push_rejected` if the remote
 * rejects the push for another reason, or the errors of `runGit`.
 */
export async function pushTo(
  { site, remote }: { readonly site: GitSite; readonly remote: LocatedRemote },
  branch: string,
  change: { readonly sha: string; readonly expected: string | null },
  signal: AbortSignal,
): Promise<boolean> {
  const ref = `refs/heads/${branch}`;
  const pushed = await runGit({
    ...captured(site, signal),
    args: [
      "push",
      "--porcelain",
      "--no-verify",
      "--no-follow-tags",
      "--no-recurse-submodules",
      `--force-with-lease=${ref}:${change.expected ?? ""}`,
      ...serverProgram(remote, "receive-pack"),
      "--end-of-options",
      remoteAddress(remote),
      `${change.sha}:${ref}`,
    ],
    remote,
    answers: [1],
  });
  if (pushed.code === 0) return true;
  const status = /^!\t[^\t]*\t(.*)$/m.exec(pushed.stdout.toString("utf8"))?.[1];
  if (status === undefined)
    throw (
      remoteError("push", pushed.stderr, remote) ??
      new AppError("git_failed", withReason("git push failed", lastWords(pushed.stderr)))
    );
  if (/^\[rejected\]|cannot lock ref|failed to update ref|incorrect old value/.test(status)) return false;
  const words = remoteWords(pushed.stderr);
  const advice = pushAdvice(`${status} ${words}`);
  throw new AppError(
    "push_rejected",
    `${withReason(`The remote rejected the push to "${branch}" of ${nameOf(remote)} ${status.replace(/^\[remote rejected\] */, "")}`, words)}${advice ? ` ${advice}` : ""}`,
  );
}
