import type { SessionListItem, SessionPageQueryInput, Tembo } from "@tembo-io/sdk";
import { type Command, InvalidArgumentError, Option } from "commander";
import { answerPart } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { CommandError, MissingError } from "../../failure.ts";
import { statusCell } from "../../names.ts";
import { collect, time } from "../../options.ts";
import { addPaging, type Paging } from "../../paging.ts";
import { getAgentId } from "../agent/get-agent-id.ts";
import { getMember } from "../member/get-member.ts";
import { getProjectId } from "../project/get-project.ts";
import { requireRepository } from "../repo/find-repository.ts";

const sessionStates = ["draft", "queued", "inProgress", "completed", "failed", "cancelled"] as const;
const pullRequestStates = ["open", "merged", "closed"] as const;

interface ListOptions extends Paging {
  readonly search?: string;
  readonly archived?: boolean;
  readonly needsYou?: boolean;
  readonly state: readonly (typeof sessionStates)[number][];
  readonly repo: readonly string[];
  readonly project?: string;
  readonly agent?: string;
  readonly mine?: boolean;
  readonly createdBy: readonly string[];
  readonly prState: readonly (typeof pullRequestStates)[number][];
  readonly since?: string;
}

export function addListCommand(session: Command, runs: Registry["runs"]): void {
  const list = session
    .command("list")
    .description("list sessions, newest first")
    .option("--search <text>", "search titles, tasks and messages, best match first")
    .option("--archived", "list archived sessions instead")
    .option(
      "--needs-you",
      "only sessions that failed, or that wait for a permission, an answer or a plan approval",
    )
    .addOption(
      repeatableChoice("--state <state>", "only sessions in this state; can be repeated", sessionStates),
    )
    .option(
      "--repo <repository>",
      "only sessions in this repository, by owner/name; can be repeated",
      collect,
      [],
    )
    .option("--project <project>", "only sessions of this project, by name or ID")
    .option("--agent <agent>", "only runs of this saved agent, by name or ID")
    .addOption(new Option("--mine", "only sessions that you created").conflicts("createdBy"))
    .option(
      "--created-by <member>",
      "only sessions that this member created, by email address or ID; can be repeated",
      collect,
      [],
    )
    .addOption(
      repeatableChoice(
        "--pr-state <state>",
        "only sessions with a pull request in this state; can be repeated",
        pullRequestStates,
      ),
    )
    .option(
      "--since <time>",
      "only sessions created after this time, such as 2026-01-31 or 2026-01-31T09:00Z",
      time,
    );
  addPaging(list).action(runs(listSessions));
}

/** Validates each value. commander's `choices` has no effect on options with a custom parser. */
function repeatableChoice(flags: string, description: string, choices: readonly string[]): Option {
  const parse = (value: string, before: readonly string[]): string[] => {
    if (choices.includes(value)) return collect(value, before);
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(", ")}.`);
  };
  return new Option(flags, description).choices(choices).argParser(parse).default([], "all");
}

async function listSessions(cli: Cli, options: ListOptions): Promise<Outcome> {
  const client = cli.client();
  const query = await queryOf(client, options);
  // Programs that read the lines know the states of the work.
  const isMarked = cli.terminal.isInteractive && !cli.isJson;
  return answerPart<SessionListItem>(
    cli,
    (cursor, limit) => client.sessions.list({ ...query, cursor, limit }),
    {
      ID: ({ id }) => id,
      STATUS: (session) =>
        isMarked && isWaiting(session) ? "needs you" : statusCell(session.state.current ?? "draft"),
      CREATED: ({ createdAt }) => createdAt,
      TITLE: ({ title }) => title,
    },
    options,
  );
}

async function queryOf(client: Tembo, options: ListOptions): Promise<SessionPageQueryInput> {
  const { search, archived, needsYou, state, repo, project, agent, mine, createdBy, prState, since } =
    options;
  const repositoryIds: string[] = [];
  for (const name of repo) repositoryIds.push((await requireRepository(client, name)).id);
  const people = mine === true ? [await ownUserId(client)] : [];
  for (const named of createdBy) people.push(await userIdOf(client, named));
  return {
    sortBy: "createdAt",
    state: archived === true ? "archived" : "active",
    ...(search !== undefined && { search }),
    ...(needsYou === true && { needsYou }),
    ...(state.length > 0 && { states: [...state] }),
    ...(repositoryIds.length > 0 && { repositoryIds }),
    ...(project !== undefined && { projectIds: [await getProjectId(client, project)] }),
    ...(agent !== undefined && { agentId: await getAgentId(client, agent) }),
    ...(people.length > 0 && { createdBy: people }),
    ...(prState.length > 0 && { pullRequestStatuses: [...prState] }),
    ...(since !== undefined && { createdAfter: since }),
  };
}

async function ownUserId(client: Tembo): Promise<string> {
  const { userId } = await client.me.retrieve();
  if (userId !== null) return userId;
  throw new CommandError(
    "The API key does not belong to a person, so no session is yours.",
    "use the API key of a member, or --created-by.",
    { code: "forbidden" },
  );
}

async function userIdOf(client: Tembo, named: string): Promise<string> {
  const { member } = await getMember(client, named);
  if (member.userId !== null) return member.userId;
  throw new MissingError(
    `${member.emailAddress} has not accepted the invitation, and so created no session.`,
    '"tembo member list" lists members.',
  );
}

/** True if the work cannot continue without a person. A failed session has its own state. */
const isWaiting = ({ attention }: SessionListItem) => attention !== null && attention !== "failure";
