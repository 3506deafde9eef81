import type { Skill, SkillQuery, Tembo } from "@tembo-io/sdk";
import { Option } from "commander";
import { answerList } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { confirm } from "../../input/confirm.ts";
import { collect } from "../../options.ts";
import { requireRepository } from "../repo/enable-repository.ts";
import { readSkill } from "./read-skill.ts";

interface ListOptions {
  readonly source?: NonNullable<SkillQuery["source"]>;
  readonly repo: readonly string[];
  readonly search?: string;
}

interface AddOptions {
  readonly name?: string;
  readonly description?: string;
}

/** `tembo skill list|add|show|remove`: skills that the organization gives to the harnesses of its sessions. */
export function addSkillCommands({ program, runs }: Registry): void {
  const skill = program.command("skill").description("skills that the organization's sessions have");
  skill
    .command("list")
    .description("list the skills")
    .addOption(
      new Option("--source <source>", "repository: those that lie in repositories instead").choices([
        "organization",
        "repository",
      ]),
    )
    .option("--repo <repository>", "those of this repository; may be given several times", collect, [])
    .option("--search <text>", "part of a name or description")
    .action(runs(list));
  skill
    .command("add")
    .description("add a skill from its folder, or replace the one of its name")
    .argument("<folder>", "with a SKILL.md in it")
    .option("--name <name>", "instead of the one in SKILL.md, or of the folder's")
    .option("--description <text>", "instead of the one in SKILL.md")
    .action(runs(add));
  skill
    .command("show")
    .description("show a skill with its files")
    .argument("<skill>", "as in the list")
    .action(runs(show));
  skill
    .command("remove")
    .description("remove a skill")
    .argument("<skill>", "as in the list")
    .action(runs(remove));
}

async function list(cli: Cli, { source, repo, search }: ListOptions): Promise<Outcome> {
  const client = cli.client();
  const repositoryIds: string[] = [];
  for (const named of repo) repositoryIds.push((await requireRepository(client, named)).id);
  const query: SkillQuery = {
    search,
    ...((source !== undefined || repo.length > 0) && { source: source ?? "repository" }),
    ...(repo.length > 0 && { repositoryIds }),
  };
  return answerList(cli, (cursor) => client.skills.list({ ...query, cursor, limit: 100 }), {
    NAME: ({ name }) => name,
    DESCRIPTION: ({ description }) => description,
  });
}

async function add(cli: Cli, folder: string, options: AddOptions): Promise<Outcome> {
  const client = cli.client();
  const { files, ...read } = readSkill(folder);
  const { name, description } = { ...read, ...options };
  if (description === "") {
    throw new CommandError(
      "The skill has no description, by which a harness knows when it is of use.",
      'Write one on top of its SKILL.md, or give "--description".',
    );
  }
  const id = await findId(client, name);
  const skill =
    id === null
      ? await client.skills.create({ name, description, files })
      : await client.skills.update(id, { description, files });
  if (cli.isJson) cli.terminal.json(skill);
  else
    cli.terminal.line(
      `The skill ${name} is ${id === null ? "added" : "changed"}; sessions have it from their next message on.`,
    );
  return 0;
}

async function show(cli: Cli, name: string): Promise<Outcome> {
  const client = cli.client();
  const skill: Skill = await client.skills.retrieve(await requireId(client, name));
  if (cli.isJson) cli.terminal.json(skill);
  else {
    cli.terminal.line(`${skill.name}: ${skill.description}`);
    for (const { filename, content } of skill.files) {
      cli.terminal.line("");
      cli.terminal.line({ style: "dim", text: filename });
      for (const line of content.trimEnd().split("\n")) cli.terminal.line(line);
    }
  }
  return 0;
}

async function remove(cli: Cli, name: string): Promise<Outcome> {
  const client = cli.client();
  await confirm(cli, `The skill ${name} is removed.`);
  const deleted = await client.skills.delete(await requireId(client, name));
  if (cli.isJson) cli.terminal.json(deleted);
  else cli.terminal.line(`The skill ${name} is removed.`);
  return 0;
}

async function findId(client: Tembo, name: string): Promise<string | null> {
  const { items } = await client.skills.list({ names: [name], limit: 1 });
  return items.find((skill) => skill.name === name)?.id ?? null;
}

async function requireId(client: Tembo, name: string): Promise<string> {
  const id = await findId(client, name);
  if (id !== null) return id;
  throw new CommandError(
    `There is no skill ${JSON.stringify(name)}.`,
    '"tembo skill list" shows what there is.',
  );
}
