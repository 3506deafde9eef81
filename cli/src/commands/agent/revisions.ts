import type { Command } from "commander";
import { answer, answerList, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { wholeNumber } from "../../options.ts";
import { getAgentId, which } from "./get-agent-id.ts";
import { toPlainText } from "./instructions.ts";

export function addRevisionCommands(agent: Command, runs: Registry["runs"]): void {
  agent
    .command("revisions")
    .description("list the versions of an agent's instructions, or show one")
    .argument("<agent>", which)
    .argument("[version]", "version number", wholeNumber)
    .action(runs(revisions));
  agent
    .command("restore")
    .description("restore an earlier version of the instructions")
    .argument("<agent>", which)
    .argument("<version>", "version number", wholeNumber)
    .action(runs(restore));
}

async function revisions(cli: Cli, named: string, version: number | undefined): Promise<Outcome> {
  const client = cli.client();
  const agentId = await getAgentId(client, named);
  const { contentRevisions } = client.agents;
  if (version === undefined)
    return answerList(cli, (cursor) => contentRevisions.list(agentId, { cursor, limit: 100 }), {
      VERSION: (revision) => String(revision.version),
      CREATED: ({ createdAt }) => createdAt,
      AUTHOR: ({ authorName, authorId }) => authorName ?? authorId ?? "-",
      SOURCE: ({ source, restoredFromVersion }) =>
        restoredFromVersion === null ? source : `${source} of ${restoredFromVersion}`,
    });
  const revision = await contentRevisions.retrieve(agentId, version);
  return answer(cli, revision, () => {
    for (const line of toPlainText(revision.instructions).split("\n")) cli.terminal.line(line);
  });
}

async function restore(cli: Cli, named: string, version: number): Promise<Outcome> {
  const client = cli.client();
  const { id, contentVersion } = await client.agents.retrieve(await getAgentId(client, named));
  const body = { expectedContentVersion: contentVersion };
  const agent = await client.agents.contentRevisions.restore(id, version, body);
  return answerSentence(
    cli,
    agent,
    `Restored version ${version} of ${agent.name}'s instructions as version ${agent.contentVersion}.`,
  );
}
