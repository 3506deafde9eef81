import type { Command } from "commander";
import { answer, answerList, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { wholeNumber } from "../../options.ts";
import { findAgentId, which } from "./find-agent.ts";
import { textOf } from "./instructions.ts";

export function addRevisionCommands(agent: Command, runs: Registry["runs"]): void {
  agent
    .command("revisions")
    .description("list the versions of an agent's instructions, or show one of them")
    .argument("<agent>", which)
    .argument("[version]", "its number, as in the list", wholeNumber)
    .action(runs(revisions));
  agent
    .command("restore")
    .description("make an earlier version of the instructions the newest")
    .argument("<agent>", which)
    .argument("<version>", "its number", wholeNumber)
    .action(runs(restore));
}

async function revisions(cli: Cli, named: string, version: number | undefined): Promise<Outcome> {
  const client = cli.client();
  const agentId = await findAgentId(client, named);
  const { contentRevisions } = client.agents;
  if (version === undefined)
    return answerList(cli, (cursor) => contentRevisions.list(agentId, { cursor, limit: 100 }), {
      VERSION: (revision) => String(revision.version),
      CREATED: ({ createdAt }) => createdAt,
      BY: ({ authorName, authorId }) => authorName ?? authorId ?? "-",
      SOURCE: ({ source, restoredFromVersion }) =>
        restoredFromVersion === null ? source : `${source} of ${restoredFromVersion}`,
    });
  const revision = await contentRevisions.retrieve(agentId, version);
  return answer(cli, revision, () => {
    for (const line of textOf(revision.instructions).split("\n")) cli.terminal.line(line);
  });
}

async function restore(cli: Cli, named: string, version: number): Promise<Outcome> {
  const client = cli.client();
  const { id, contentVersion } = await client.agents.retrieve(await findAgentId(client, named));
  const body = { expectedContentVersion: contentVersion };
  const agent = await client.agents.contentRevisions.restore(id, version, body);
  return answerSentence(
    cli,
    agent,
    `The instructions of ${agent.name} are those of version ${version} again, as version ${agent.contentVersion}.`,
  );
}
