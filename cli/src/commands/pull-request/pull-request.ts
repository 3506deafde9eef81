import { Option } from "commander";
import { answerPart } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { collect, time } from "../../options.ts";
import { addPaging, type Paging } from "../../paging.ts";
import { requireRepository } from "../repo/find-repository.ts";
import { addChangeCommands } from "./change-pull-request.ts";
import { addCommentCommand } from "./comment.ts";
import { diffPullRequest } from "./diff-pull-request.ts";
import { pullRequestName, which } from "./find-pull-request.ts";
import { showPullRequest } from "./show-pull-request.ts";

const states = ["open", "needs review", "draft", "approved", "returned", "merged", "closed"] as const;

interface ListOptions extends Paging {
  readonly state?: (typeof states)[number];
  readonly search?: string;
  readonly tembo?: boolean;
  readonly repo: readonly string[];
  readonly author: readonly string[];
  readonly reviewer: readonly string[];
  readonly since?: string;
}

/** Adds `tembo pr`. Where possible, the names of commands and options are those of GitHub's `gh`. */
export function addPullRequestCommands({ program, runs }: Registry): void {
  const pullRequest = program
    .command("pr")
    .alias("pull-request")
    .description("list, show, merge and close pull requests in connected repositories");
  const listed = pullRequest
    .command("list")
    .description("list pull requests, newest first")
    .addOption(new Option("--state <state>", "only pull requests in this state").choices(states))
    .option("--search <text>", "filter by part of a title")
    .option("--tembo", "only pull requests that sessions opened")
    .option(
      "--repo <repository>",
      "only pull requests in this repository, by owner/name; can be repeated",
      collect,
      [],
    )
    .option("--author <login>", "only pull requests of this author; can be repeated", collect, [])
    .option(
      "--reviewer <login>",
      "only pull requests that this person reviewed or should review; can be repeated",
      collect,
      [],
    )
    .option(
      "--since <time>",
      "only pull requests created after this time, such as 2026-01-31 or 2026-01-31T09:00Z",
      time,
    );
  addPaging(listed).action(runs(list));
  pullRequest
    .command("show")
    .alias("view")
    .description("show a pull request with its checks")
    .argument("<pull-request>", which)
    .option("--comments", "include comments and reviews")
    .action(runs(showPullRequest));
  pullRequest
    .command("diff")
    .description("show a pull request's changes as a patch")
    .argument("<pull-request>", which)
    .option("--name-only", "only the paths of the changed files")
    .action(runs(diffPullRequest));
  addChangeCommands(pullRequest, runs);
  addCommentCommand(pullRequest, runs);
}

async function list(cli: Cli, options: ListOptions): Promise<Outcome> {
  const { state, search, tembo, repo, author, reviewer, since } = options;
  const client = cli.client();
  const repositoryIds: string[] = [];
  for (const name of repo) repositoryIds.push((await requireRepository(client, name)).id);
  const query = {
    state,
    search,
    ...(tembo === true && { hasTemboSession: true }),
    ...(repositoryIds.length > 0 && { repositoryIds }),
    ...(author.length > 0 && { authorIds: author }),
    ...(reviewer.length > 0 && { reviewerIds: reviewer }),
    ...(since !== undefined && { createdAfter: since }),
  };
  return answerPart(
    cli,
    (cursor, limit) => client.pullRequests.list({ ...query, cursor, limit }),
    {
      ID: ({ id }) => id,
      NAME: (one) => pullRequestName(one),
      STATE: ({ state: current }) => current,
      TITLE: ({ title }) => title ?? "-",
      URL: ({ url }) => url,
    },
    options,
  );
}
