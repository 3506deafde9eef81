import type { Skill, SkillQuery, Tembo } from "@tembo-io/sdk";
import { Option } from "commander";
import { answerList } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { CommandError, MissingError } from "../../failure.ts";
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

export function addSkillCommands({ program, runs }: Registry): void {
  const skill = program.command("skill").description("manage skills for sessions");
  skill
    .command("list")
    .description("list skills")
    .addOption(
      new Option(
        "--source <source>",
        "organization (default), or repository for skills in repositories",
      ).choices(["organization", "repository"]),
    )
    .option("--repo <repository>", "only skills of this repository; can be repeated", collect, [])
    .option("--search <text>", "filter by part of a name or description")
    .action(runs(list));
  skill
    .command("add")
    .description("add a skill from a folder, or replace the one with the same name")
    .argument("<folder>", "folder with a SKILL.md")
    .option("--name <name>", "name (default: from SKILL.md, otherwise the folder's name)")
    .option("--description <text>", "description (default: from SKILL.md)")
    .action(runs(add));
  skill
    .command("show")
    .description("show a skill and its files")
    .argument("<skill>", "skill name")
    .action(runs(show));
  skill
    .command("remove")
    .description("remove a skill")
    .argument("<skill>", "skill name")
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
      "The skill has no description, which harnesses need to decide when to use it.",
      "add a description to the front matter of SKILL.md, or use --description.",
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
      `${id === null ? "Added" : "Updated"} skill ${name}. Sessions use it from their next message.`,
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
  await confirm(cli, `This removes the skill ${name}.`);
  const deleted = await client.skills.delete(await requireId(client, name));
  if (cli.isJson) cli.terminal.json(deleted);
  else cli.terminal.line(`Removed skill ${name}.`);
  return 0;
}

async function findId(client: Tembo, name: string): Promise<string | null> {
  const { items } = await client.skills.list({ names: [name], limit: 1 });
  return items.find((skill) => skill.name === name)?.id ?? null;
}

async function requireId(client: Tembo, name: string): Promise<string> {
  const id = await findId(client, name);
  if (id !== null) return id;
  throw new MissingError(`Skill ${JSON.stringify(name)} was not found.`, '"tembo skill list" lists skills.');
}
