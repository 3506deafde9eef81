import type { Command } from "commander";
import { answer, answerList, suggest } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { printFields } from "../../table.ts";
import { textOf } from "./instructions.ts";

export function addTemplateCommand(agent: Command, runs: Registry["runs"]): void {
  agent
    .command("templates")
    .description("list the templates of agents, or show one")
    .argument("[template]", "name of the template")
    .action(runs(templates));
}

async function templates(cli: Cli, name: string | undefined): Promise<Outcome> {
  const { templates } = cli.client().agents;
  if (name === undefined)
    return answerList(cli, (cursor) => templates.list({ cursor, limit: 100 }), {
      NAME: (template) => template.name,
      FOR: ({ label }) => label,
      DESCRIPTION: ({ description }) => description,
    });
  const template = await templates.retrieve(name);
  return answer(cli, template, () => {
    printFields(cli.terminal, [
      ["name", template.name],
      ["title", template.title],
      ["does", template.description],
      ["agent", template.agent],
      ["connected to", template.connectedApps.join(", ") || null],
      ["schedules", template.schedules?.join("; ") || null],
      ["needs", template.requiredParams?.join(", ") || null],
    ]);
    cli.terminal.line("");
    for (const line of textOf(template.instructions).split("\n")) cli.terminal.line(line);
    suggest(cli, `tembo agent create --template ${template.name}`);
  });
}
