import { type Command, Option } from "commander";
import { answerList, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { confirm } from "../../input/confirm.ts";
import { readSecret } from "../../input/read-secret.ts";
import { getProjectId, which } from "./get-project.ts";

interface SetOptions {
  readonly fromFile?: string;
  readonly scope?: "build" | "buildAndRun";
}

export function addVariableCommands(project: Command, runs: Registry["runs"]): void {
  const variable = project.command("variable").description("manage a project's environment variables");
  variable
    .command("set")
    .description("add or change a variable; the value is read from a hidden prompt, standard input or a file")
    .argument("<project>", which)
    .argument("<variable>", "name of the environment variable, such as NPM_TOKEN")
    .option("--from-file <file>", "file with the value")
    .addOption(
      new Option("--scope <scope>", "build: only builds receive it; buildAndRun: sessions too").choices([
        "build",
        "buildAndRun",
      ]),
    )
    .action(runs(set));
  variable
    .command("list")
    .description("list variables, without their values")
    .argument("<project>", which)
    .action(runs(list));
  variable
    .command("unset")
    .description("delete a variable")
    .argument("<project>", which)
    .argument("<variable>", "name of the environment variable")
    .action(runs(unset));
}

async function set(cli: Cli, named: string, key: string, { fromFile, scope }: SetOptions): Promise<Outcome> {
  const client = cli.client();
  const value = await readSecret(cli, fromFile, `Value of ${key}`);
  const projectId = await getProjectId(client, named);
  const variables = await client.projects.environmentVariables.create(projectId, {
    secrets: [{ key, value, ...(scope !== undefined && { scope }) }],
  });
  const saved = variables.items.find((one) => one.key === key);
  const receivers = saved?.scope === "buildAndRun" ? "Builds and sessions receive it." : "Builds receive it.";
  return answerSentence(cli, variables, `Saved ${key}. ${receivers}`);
}

async function list(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const projectId = await getProjectId(client, named);
  const page = async () => {
    const { items } = await client.projects.environmentVariables.list(projectId);
    return { items, nextCursor: null };
  };
  return answerList(cli, page, { KEY: ({ key }) => key, SCOPE: ({ scope }) => scope });
}

async function unset(cli: Cli, named: string, key: string): Promise<Outcome> {
  const client = cli.client();
  const projectId = await getProjectId(client, named);
  await confirm(cli, `This deletes the variable ${key}. Later builds do not receive it.`);
  const deleted = await client.projects.environmentVariables.delete(projectId, key);
  return answerSentence(cli, deleted, `Deleted variable ${key}.`);
}
