import { Option } from "commander";
import { answerFields, answerList } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";

const states = ["open", "needs review", "draft", "approved", "returned", "merged", "closed"] as const;

interface ListOptions {
  readonly state?: (typeof states)[number];
  readonly search?: string;
  readonly tembo?: boolean;
}

export function addPullRequestCommands({ program, runs }: Registry): void {
  const pullRequest = program
    .command("pull-request")
    .description("list pull requests in connected repositories");
  pullRequest
    .command("list")
    .description("list pull requests, newest first")
    .addOption(new Option("--state <state>", "only pull requests in this state").choices(states))
    .option("--search <text>", "filter by part of a title")
    .option("--tembo", "only pull requests that sessions opened")
    .action(runs(list));
  pullRequest
    .command("show")
    .description("show a pull request; --json includes its checks")
    .argument("<pull-request>", "pull request ID")
    .action(runs(show));
}

function list(cli: Cli, { state, search, tembo }: ListOptions): Promise<Outcome> {
  const client = cli.client();
  const query = { state, search, ...(tembo === true && { hasTemboSession: true }) };
  return answerList(cli, (cursor) => client.pullRequests.list({ ...query, cursor, limit: 100 }), {
    ID: ({ id }) => id,
    STATUS: ({ status }) => status,
    TITLE: ({ title }) => title ?? "-",
    URL: ({ url }) => url,
  });
}

async function show(cli: Cli, id: string): Promise<Outcome> {
  const client = cli.client();
  const [pullRequest, status] = await Promise.all([
    client.pullRequests.retrieve(id),
    client.pullRequests.status(id),
  ]);
  const { title, status: state, url } = pullRequest;
  return answerFields(cli, { ...pullRequest, checks: status }, [
    ["id", id],
    ["title", title],
    ["status", state],
    ["url", url],
  ]);
}
