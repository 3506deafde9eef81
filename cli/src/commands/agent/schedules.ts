import type { Command } from "commander";
import { answerList, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { findAgentId, which } from "./find-agent.ts";

const cronHelp = 'five fields in UTC, or with a zone: "CRON_TZ=Europe/Berlin 0 9 * * 1-5"';

export function addScheduleCommands(agent: Command, runs: Registry["runs"]): void {
  const schedule = agent.command("schedule").description("times at which an agent starts");
  schedule.command("list").description("list them").argument("<agent>", which).action(runs(list));
  schedule
    .command("add")
    .description("add a time")
    .argument("<agent>", which)
    .argument("<cron>", cronHelp)
    .action(runs(add));
  schedule
    .command("set")
    .description("change when one fires")
    .argument("<agent>", which)
    .argument("<schedule>", "its id, as in the list")
    .argument("<cron>", cronHelp)
    .action(runs(set));
  schedule
    .command("remove")
    .description("remove a time")
    .argument("<agent>", which)
    .argument("<schedule>", "its id, as in the list")
    .action(runs(remove));
}

async function list(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const agentId = await findAgentId(client, named);
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
  const made = await client.agents.schedules.create(await findAgentId(client, named), { cron });
  return answerSentence(
    cli,
    made,
    `The schedule ${made.id} is added, and fires next ${made.nextRunAt ?? "never"}.`,
  );
}

async function set(cli: Cli, named: string, scheduleId: string, cron: string): Promise<Outcome> {
  const client = cli.client();
  const changed = await client.agents.schedules.update(await findAgentId(client, named), scheduleId, {
    cron,
  });
  return answerSentence(
    cli,
    changed,
    `The schedule ${changed.id} fires next ${changed.nextRunAt ?? "never"}.`,
  );
}

async function remove(cli: Cli, named: string, scheduleId: string): Promise<Outcome> {
  const client = cli.client();
  const deleted = await client.agents.schedules.delete(await findAgentId(client, named), scheduleId);
  return answerSentence(cli, deleted, `The schedule ${deleted.id} is removed.`);
}
