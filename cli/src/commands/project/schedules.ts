import type { ProjectSchedule, ProjectScheduleChangeBody } from "@tembo-io/sdk";
import type { Command } from "commander";
import { answerList, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { getProjectId, which } from "./get-project.ts";

const cronHelp = 'five cron fields, such as "0 3 * * *"';
const zoneHelp = "time zone, such as Europe/Berlin (default: UTC)";

export function addScheduleCommands(project: Command, runs: Registry["runs"]): void {
  const schedule = project.command("schedule").description("manage a project's build schedules");
  schedule
    .command("list")
    .description("list a project's build schedules")
    .argument("<project>", which)
    .action(runs(list));
  schedule
    .command("add")
    .description("add a build schedule")
    .argument("<project>", which)
    .argument("<cron>", cronHelp)
    .option("--time-zone <zone>", zoneHelp)
    .action(runs(add));
  schedule
    .command("set")
    .description("change a build schedule")
    .argument("<project>", which)
    .argument("<schedule>", "schedule ID")
    .option("--cron <cron>", cronHelp)
    .option("--time-zone <zone>", "time zone, such as Europe/Berlin or UTC")
    .action(runs(set));
  schedule
    .command("enable")
    .description("enable a disabled build schedule")
    .argument("<project>", which)
    .argument("<schedule>", "schedule ID")
    .action(
      runs(async (cli: Cli, named: string, id: string) =>
        reportNext(cli, "Enabled", await update(cli, named, id, { enabled: true })),
      ),
    );
  schedule
    .command("disable")
    .description('disable a build schedule; "enable" restores it')
    .argument("<project>", which)
    .argument("<schedule>", "schedule ID")
    .action(runs(disable));
}

async function list(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const projectId = await getProjectId(client, named);
  return answerList(cli, (cursor) => client.projects.schedules.list(projectId, { cursor, limit: 100 }), {
    ID: ({ id }) => id,
    STATE: ({ enabledAt }) => (enabledAt === null ? "disabled" : "enabled"),
    NEXT: ({ nextRunAt }) => nextRunAt ?? "-",
    LAST: ({ lastRunAt }) => lastRunAt ?? "never",
    ZONE: ({ timezone }) => timezone ?? "UTC",
    CRON: ({ cron }) => cron,
  });
}

interface SetOptions {
  readonly cron?: string;
  readonly timeZone?: string;
}

async function add(cli: Cli, named: string, cron: string, { timeZone }: SetOptions): Promise<Outcome> {
  const client = cli.client();
  const body = { cron, ...(timeZone !== undefined && { timezone: timeZone }) };
  const made = await client.projects.schedules.create(await getProjectId(client, named), body);
  return reportNext(cli, "Added", made);
}

async function set(cli: Cli, named: string, id: string, { cron, timeZone }: SetOptions): Promise<Outcome> {
  if (cron === undefined && timeZone === undefined)
    throw new UsageError("No change was specified.", "tembo project schedule set --help");
  const body = {
    ...(cron !== undefined && { cron }),
    ...(timeZone !== undefined && { timezone: timeZone === "UTC" ? null : timeZone }),
  };
  return reportNext(cli, "Changed", await update(cli, named, id, body));
}

async function update(
  cli: Cli,
  named: string,
  id: string,
  body: ProjectScheduleChangeBody,
): Promise<ProjectSchedule> {
  const client = cli.client();
  return client.projects.schedules.update(await getProjectId(client, named), id, body);
}

async function disable(cli: Cli, named: string, id: string): Promise<Outcome> {
  const client = cli.client();
  const deleted = await client.projects.schedules.delete(await getProjectId(client, named), id);
  return answerSentence(cli, deleted, `Disabled schedule ${id}.`);
}

function reportNext(cli: Cli, done: string, schedule: ProjectSchedule): Outcome {
  const { id, nextRunAt } = schedule;
  const next =
    nextRunAt === null ? "No next build is scheduled." : `Next build: ${cli.terminal.moment(nextRunAt)}.`;
  return answerSentence(cli, schedule, `${done} schedule ${id}. ${next}`);
}
