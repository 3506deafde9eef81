import type { Command } from "commander";
import { answer, answerList, suggest } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { withNames } from "../../names.ts";
import { printFields } from "../../table.ts";
import { toPlainText } from "./instructions.ts";

export function addTemplateCommand(agent: Command, runs: Registry["runs"]): void {
  agent
    .command("templates")
    .description("list agent templates, or show one")
    .argument("[template]", "template name")
    .action(runs(templates));
}

async function templates(cli: Cli, name: string | undefined): Promise<Outcome> {
  const client = cli.client();
  const { templates } = client.agents;
  if (name === undefined)
    return answerList(cli, (cursor) => templates.list({ cursor, limit: 100 }), {
      NAME: (template) => template.name,
      CATEGORY: ({ label }) => label,
      DESCRIPTION: ({ description }) => description,
    });
  const [template, names] = await withNames(cli, templates.retrieve(name), ({ agent }) => [agent]);
  return answer(cli, template, () => {
    printFields(cli.terminal, [
      ["name", template.name],
      ["title", template.title],
      ["description", template.description],
      ["agent", template.agent && { text: names.agent(template.agent), raw: template.agent }],
      ["apps", template.connectedApps.join(", ") || null],
      ["schedules", template.schedules?.join("; ") || null],
      ["required", template.requiredParams?.join(", ") || null],
    ]);
    cli.terminal.line("");
    for (const line of toPlainText(template.instructions).split("\n")) cli.terminal.line(line);
    suggest(cli, `tembo agent create --template ${template.name}`);
  });
}
