import type { PullRequestComment, PullRequestStatus } from "@tembo-io/sdk";
import { answer } from "../../answer.ts";
import type { Cli, Outcome } from "../../cli.ts";
import { allPages } from "../../pages.ts";
import { printFields } from "../../table.ts";
import { styled, type Terminal } from "../../terminal.ts";
import { getPullRequestId, pullRequestName } from "./find-pull-request.ts";

export async function showPullRequest(
  cli: Cli,
  named: string,
  { comments }: { readonly comments?: boolean },
): Promise<Outcome> {
  const client = cli.client();
  const id = await getPullRequestId(client, named);
  const [pullRequest, status, found] = await Promise.all([
    client.pullRequests.retrieve(id),
    client.pullRequests.status(id),
    comments === true
      ? allPages((cursor) => client.pullRequests.comments.list(id, { cursor, limit: 100 }))
      : null,
  ]);
  const { title, state, author, sourceBranch, baseBranch, diff, session, url, description } = pullRequest;
  const whole = { ...pullRequest, checks: status, ...(found !== null && { comments: found }) };
  return answer(cli, whole, () => {
    printFields(cli.terminal, [
      ["ID", id],
      ["name", pullRequestName(pullRequest)],
      ["title", title],
      ["state", state],
      ["author", author.login],
      ["branches", sourceBranch && baseBranch && `${sourceBranch} into ${baseBranch}`],
      ["changes", diff && `+${diff.additions} -${diff.deletions}`],
      ["checks", describeChecks(status)],
      ["merge", describeMerge(status)],
      ["session", session?.id ?? null],
      ["URL", url],
    ]);
    if (description) printText(cli.terminal, description);
    for (const comment of found ?? []) printComment(cli.terminal, comment);
  });
}

function describeChecks({ checks: { state, failed } }: PullRequestStatus): string {
  return failed.length === 0 ? state : `${state}: ${failed.join(", ")}`;
}

function describeMerge({ mergeability, conflictsIn }: PullRequestStatus): string {
  return conflictsIn.length === 0 ? mergeability : `${mergeability}: ${conflictsIn.join(", ")}`;
}

function printText(terminal: Terminal, text: string): void {
  terminal.line("");
  for (const line of text.trimEnd().split("\n")) terminal.line(line);
}

function printComment(terminal: Terminal, comment: PullRequestComment): void {
  const { id, author, createdAt, place, review, resolved, body } = comment;
  const where = place === null ? "" : ` on ${place.path}${place.line === null ? "" : `:${place.line}`}`;
  const states = [review?.replace("_", " "), resolved === null ? undefined : "resolved"].filter(Boolean);
  terminal.line("");
  terminal.line(
    styled("bold", author.login),
    where,
    states.length === 0 ? "" : ` (${states.join(", ")})`,
    styled("dim", ` ${terminal.moment(createdAt)} ${id}`),
  );
  for (const line of body.trimEnd().split("\n")) terminal.line(line);
}
