import type { Command } from "commander";
import { answerList, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { getAgentId, which } from "./get-agent-id.ts";

const cronHelp =
  'five cron fields, in UTC unless prefixed with a time zone: "CRON_TZ=Europe/Berlin 0 9 * * 1-5"';

export function addScheduleCommands(agent: Command, runs: Registry["runs"]): void {
  const schedule = agent.command("schedule").description("manage an agent's schedules");
  schedule
    .command("list")
    .description("list an agent's schedules")
    .argument("<agent>", which)
    .action(runs(list));
  schedule
    .command("add")
    .description("add a schedule")
    .argument("<agent>", which)
    .argument("<cron>", cronHelp)
    .action(runs(add));
  schedule
    .command("set")
    .description("change a schedule")
    .argument("<agent>", which)
    .argument("<schedule>", "schedule ID")
    .argument("<cron>", cronHelp)
    .action(runs(set));
  schedule
    .command("remove")
    .description("remove a schedule")
    .argument("<agent>", which)
    .argument("<schedule>", "schedule ID")
    .action(runs(remove));
}

async function list(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const agentId = await getAgentId(client, named);
  return answerList(cli, (cursor) => client.agents.schedules.list(agentId, { cursor, limit: 100 }), {
    ID: ({ id }) => id,
    STATE: ({ enabledAt }) => (enabledAt === null ? "paused" : "enabled"),
    NEXT: ({ nextRunAt }) => nextRunAt ?? "-",
    LAST: ({ lastRunAt }) => lastRunAt ?? "never",
    CRON: ({ cron }) => cron,
  });
}

async function add(cli: Cli, named: string, cron: string): Promise<Outcome> {
  const client = cli.client();
  const made = await client.agents.schedules.create(await getAgentId(client, named), { cron });
  return answerSentence(cli, made, `Added schedule ${made.id}. ${nextRun(cli, made)}`);
}

async function set(cli: Cli, named: string, scheduleId: string, cron: string): Promise<Outcome> {
  const client = cli.client();
  const changed = await client.agents.schedules.update(await getAgentId(client, named), scheduleId, {
    cron,
  });
  return answerSentence(cli, changed, `Changed schedule ${changed.id}. ${nextRun(cli, changed)}`);
}

function nextRun({ terminal }: Cli, { nextRunAt }: { readonly nextRunAt: string | null }): string {
  return nextRunAt === null ? "No next run is scheduled." : `Next run: ${terminal.moment(nextRunAt)}.`;
}

async function remove(cli: Cli, named: string, scheduleId: string): Promise<Outcome> {
  const client = cli.client();
  const deleted = await client.agents.schedules.delete(await getAgentId(client, named), scheduleId);
  return answerSentence(cli, deleted, `Removed schedule ${deleted.id}.`);
}
