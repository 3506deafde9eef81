import { sandboxSizes } from "@tembo-io/sdk";
import { type Command, Option } from "commander";
import { answerList, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { getProject, which } from "./get-project.ts";
import { sizesCell } from "./print-project.ts";

interface DefaultsOptions {
  readonly size?: (typeof sandboxSizes)[number];
  readonly project?: string;
}

export function addDefaultsCommand(project: Command, runs: Registry["runs"]): void {
  project
    .command("defaults")
    .description(
      "list the default projects, or set the organization's default size and the default project for it",
    )
    .addOption(new Option("--size <size>", "default sandbox size").choices(sandboxSizes))
    .option("--project <project>", `default project for the size: ${which}, or "none"`)
    .action(runs(defaults));
}

async function defaults(cli: Cli, { size, project }: DefaultsOptions): Promise<Outcome> {
  const client = cli.client();
  if (size === undefined && project === undefined) return list(cli);
  if (size === undefined || project === undefined)
    throw new UsageError("--size and --project belong together.", "tembo project defaults --help");
  const found = project === "none" ? null : await getProject(client, project);
  const saved = await client.projects.updateDefaults({
    projectId: found?.id ?? null,
    sandboxSize: size,
  });
  const done =
    found === null
      ? `The default size is ${size}, without a default project.`
      : `The default size is ${size}, with the project ${found.name}.`;
  return answerSentence(cli, saved, done);
}

async function list(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  return answerList(cli, (cursor) => client.projects.list({ defaultOnly: true, cursor, limit: 100 }), {
    ID: ({ id }) => id,
    SIZES: ({ defaultForSizes }) => sizesCell(defaultForSizes),
    NAME: ({ name }) => name,
  });
}
