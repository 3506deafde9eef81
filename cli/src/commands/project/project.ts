import { answer, answerItems, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { confirm } from "../../input/confirm.ts";
import { allPages } from "../../pages.ts";
import { addBuildCommands } from "./builds.ts";
import { addDefaultsCommand } from "./defaults.ts";
import { getProject, which } from "./get-project.ts";
import { loadRepositoryNames, printProject } from "./print-project.ts";
import { describeSource } from "./project-source.ts";
import { addScheduleCommands } from "./schedules.ts";
import { addSnapshotCommands } from "./snapshots.ts";
import { addVariableCommands } from "./variables.ts";
import { addWriteCommands } from "./write-project.ts";

/** Adds `tembo project`, which manages projects, their builds and their environments. */
export function addProjectCommands({ program, runs }: Registry): void {
  const project = program
    .command("project")
    .description("manage projects, which prepare the sandboxes of sessions");
  project
    .command("list")
    .description("list projects, newest first")
    .option("--search <text>", "filter by part of a name")
    .action(runs(list));
  project
    .command("show")
    .description("show a project's settings and scripts")
    .argument("<project>", which)
    .action(runs(show));
  addWriteCommands(project, runs);
  project
    .command("delete")
    .description("delete a project with its environments, schedules and variables; its sessions are kept")
    .argument("<project>", which)
    .action(runs(remove));
  addBuildCommands(project, runs);
  addSnapshotCommands(project, runs);
  addVariableCommands(project, runs);
  addScheduleCommands(project, runs);
  addDefaultsCommand(project, runs);
}

async function list(cli: Cli, { search }: { readonly search?: string }): Promise<Outcome> {
  const client = cli.client();
  const items = await allPages((cursor) => client.projects.list({ search, cursor, limit: 100 }));
  const hasFile = items.some(({ source }) => "repositoryId" in source);
  const nameOf = hasFile && !cli.isJson ? await loadRepositoryNames(client) : (id: string) => id;
  return answerItems(cli, items, {
    ID: ({ id }) => id,
    ENVIRONMENT: ({ activeSnapshots: [active] }) => active?.builtAt ?? "not built",
    REPOS: ({ codeRepositoryIds }) => String(codeRepositoryIds?.length ?? 0),
    SOURCE: ({ source }) => describeSource(source, nameOf),
    NAME: ({ name }) => name,
  });
}

async function show(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const project = await getProject(client, named);
  const hasRepository = project.codeRepositoryIds !== null || "repositoryId" in project.source;
  const nameOf = hasRepository && !cli.isJson ? await loadRepositoryNames(client) : (id: string) => id;
  return answer(cli, project, () => printProject(cli, project, nameOf));
}

async function remove(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const { id, name } = await getProject(client, named);
  await confirm(
    cli,
    `This deletes the project ${name} with its environments, schedules and variables. Its sessions are kept.`,
  );
  const deleted = await client.projects.delete(id);
  return answerSentence(cli, deleted, `Deleted project ${name}.`);
}
