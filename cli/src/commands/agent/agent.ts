import type { AgentUpdateBody } from "@tembo-io/sdk";
import { Option } from "commander";
import { answer, answerList, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { confirm } from "../../input/confirm.ts";
import { withNames } from "../../names.ts";
import { getAgentId, which } from "./get-agent-id.ts";
import { addPolicyCommand } from "./policy.ts";
import { agentState, describeStarts, printAgent } from "./print-agent.ts";
import { addRevisionCommands } from "./revisions.ts";
import { addRunCommands } from "./runs.ts";
import { addScheduleCommands } from "./schedules.ts";
import { addTemplateCommand } from "./templates.ts";
import { addTriggerCommands } from "./triggers.ts";
import { addWriteCommands } from "./write-agent.ts";

interface ListOptions {
  readonly search?: string;
  readonly archived?: boolean;
  readonly status?: "enabled" | "disabled";
  readonly sort?: "latestRun" | "runCount";
}

/** Adds `tembo agent`, which manages saved automations that start sessions. */
export function addAgentCommands({ program, runs }: Registry): void {
  const agent = program
    .command("agent")
    .description("manage saved agents, which start sessions on schedules and events");
  agent
    .command("list")
    .description("list agents, newest first")
    .option("--search <text>", "filter by part of a name")
    .option("--archived", "list archived agents instead")
    .addOption(
      new Option("--status <status>", "only agents with this status").choices(["enabled", "disabled"]),
    )
    .addOption(
      new Option("--sort <by>", "sort order (default: newest first)").choices(["latestRun", "runCount"]),
    )
    .action(runs(list));
  agent
    .command("show")
    .description("show an agent and its instructions")
    .argument("<agent>", which)
    .action(runs(show));
  addWriteCommands(agent, runs);
  const changes: readonly [name: string, does: string, body: AgentUpdateBody, done: string][] = [
    ["enable", "enable an agent's schedules and triggers", { enabled: true }, "Enabled"],
    ["disable", "disable an agent's schedules and triggers", { enabled: false }, "Disabled"],
    ["archive", "archive an agent, which stops new runs", { archived: true }, "Archived"],
    ["unarchive", "restore an archived agent", { archived: false }, "Restored"],
  ];
  for (const [name, does, body, done] of changes)
    agent
      .command(name)
      .description(does)
      .argument("<agent>", which)
      .action(runs((cli: Cli, named: string) => change(cli, named, body, done)));
  agent
    .command("delete")
    .description("delete an agent with its runs, schedules and triggers; its sessions are kept")
    .argument("<agent>", which)
    .action(runs(remove));
  addRunCommands(agent, runs);
  addScheduleCommands(agent, runs);
  addTriggerCommands(agent, runs);
  addPolicyCommand(agent, runs);
  addTemplateCommand(agent, runs);
  addRevisionCommands(agent, runs);
}

function list(cli: Cli, { search, archived, status, sort }: ListOptions): Promise<Outcome> {
  const client = cli.client();
  return answerList(
    cli,
    (cursor) => client.agents.list({ search, archived, status, sort, cursor, limit: 100 }),
    {
      ID: ({ id }) => id,
      STATE: ({ enabledAt, archivedAt }) => agentState({ enabledAt, archivedAt }),
      RUNS: ({ runCount }) => String(runCount),
      "LAST RUN": ({ lastRun }) => (lastRun === null ? "never" : lastRun.status),
      STARTS: ({ scheduleCount, triggerCount }) => describeStarts(scheduleCount, triggerCount),
      NAME: ({ name }) => name,
    },
  );
}

async function show(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const id = await getAgentId(client, named);
  const [agent, names] = await withNames(cli, client.agents.retrieve(id), ({ agent }) => [agent]);
  return answer(cli, agent, () => printAgent(cli, agent, names));
}

async function change(cli: Cli, named: string, body: AgentUpdateBody, done: string): Promise<Outcome> {
  const client = cli.client();
  const agent = await client.agents.update(await getAgentId(client, named), body);
  return answerSentence(cli, agent, `${done} agent ${agent.name}.`);
}

async function remove(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  await confirm(cli, `This deletes the agent ${named} with its runs, schedules and triggers.`);
  const deleted = await client.agents.delete(await getAgentId(client, named));
  return answerSentence(cli, deleted, `Deleted agent ${named}.`);
}
