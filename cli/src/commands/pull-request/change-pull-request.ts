import { type Command, Option } from "commander";
import { answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { confirm } from "../../input/confirm.ts";
import { getPullRequestId, pullRequestName, which } from "./find-pull-request.ts";

const methods = ["merge", "squash", "rebase"] as const;

interface MergeOptions extends Partial<Readonly<Record<(typeof methods)[number], boolean>>> {
  readonly matchHeadCommit?: string;
}

/** Adds the commands that merge and close a pull request. */
export function addChangeCommands(pullRequest: Command, runs: Registry["runs"]): void {
  pullRequest
    .command("merge")
    .description("merge a pull request on its forge")
    .argument("<pull-request>", which)
    .addOption(new Option("--merge", "with a merge commit (default)").conflicts(["squash", "rebase"]))
    .addOption(new Option("--squash", "as one commit on the base branch").conflicts("rebase"))
    .option("--rebase", "with its commits on top of the base branch")
    .option("--match-head-commit <sha>", "merge only if this commit is the head of the pull request")
    .action(runs(merge));
  pullRequest
    .command("close")
    .description("close a pull request on its forge without merging it")
    .argument("<pull-request>", which)
    .action(runs(close));
}

async function merge(cli: Cli, named: string, options: MergeOptions): Promise<Outcome> {
  const client = cli.client();
  const id = await getPullRequestId(client, named);
  const method = methods.find((one) => options[one] === true) ?? "merge";
  await confirm(cli, `This merges the pull request ${named}.`);
  const { matchHeadCommit: headSha } = options;
  const merged = await client.pullRequests.merge(id, { method, ...(headSha !== undefined && { headSha }) });
  return answerSentence(cli, merged, `Merged pull request ${pullRequestName(merged)}.`);
}

async function close(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const closed = await client.pullRequests.close(await getPullRequestId(client, named));
  return answerSentence(cli, closed, `Closed pull request ${pullRequestName(closed)}.`);
}
