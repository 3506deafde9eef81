import type { Command } from "commander";
import { answer, answerList, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { jsonObject } from "../../options.ts";
import { allPages } from "../../pages.ts";
import { printTable } from "../../table.ts";
import { findAgentId, which } from "./find-agent.ts";

interface TriggerOptions {
  readonly integration?: string;
  readonly filters?: Record<string, unknown>;
}

export function addTriggerCommands(agent: Command, runs: Registry["runs"]): void {
  const trigger = agent.command("trigger").description("events that start an agent");
  trigger.command("list").description("list those of an agent").argument("<agent>", which).action(runs(list));
  trigger.command("kinds").description("list the events that there are").action(runs(kinds));
  trigger
    .command("add")
    .description("add an event")
    .argument("<agent>", which)
    .argument("<event>", "as in the kinds, such as github.pull_request.opened")
    .option("--integration <integration>", "of this integration alone, by its id")
    .option("--filters <json>", "which of them, as an object", jsonObject)
    .action(runs(add));
  trigger
    .command("set")
    .description("change an event")
    .argument("<agent>", which)
    .argument("<trigger>", "its id, as in the list")
    .argument("<event>", "as in the kinds")
    .option("--integration <integration>", "of this integration alone, by its id")
    .option("--filters <json>", "which of them, as an object", jsonObject)
    .action(runs(set));
  trigger
    .command("remove")
    .description("remove an event")
    .argument("<agent>", which)
    .argument("<trigger>", "its id, as in the list")
    .action(runs(remove));
}

async function list(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const agentId = await findAgentId(client, named);
  return answerList(cli, (cursor) => client.agents.triggers.list(agentId, { cursor, limit: 100 }), {
    ID: ({ id }) => id,
    STATE: ({ enabledAt }) => (enabledAt === null ? "paused" : "enabled"),
    EVENT: ({ triggerName }) => triggerName,
    OF: ({ integrationId, integrationType }) => integrationId ?? integrationType ?? "any",
    FILTERS: ({ filters }) => (Object.keys(filters).length === 0 ? "-" : JSON.stringify(filters)),
  });
}

async function kinds(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  const found = await allPages((cursor) => client.integrations.triggers({ cursor, limit: 100 }));
  const items = found.flatMap(({ integrationType, triggers }) =>
    triggers.map((trigger) => ({ integrationType, ...trigger })),
  );
  return answer(cli, { items }, () =>
    printTable(
      cli.terminal,
      ["EVENT", "OF", "TITLE"],
      items.map(({ name, integrationType, displayName }) => [name, integrationType, displayName]),
    ),
  );
}

async function add(cli: Cli, named: string, name: string, options: TriggerOptions): Promise<Outcome> {
  const client = cli.client();
  const made = await client.agents.triggers.create(await findAgentId(client, named), bodyOf(name, options));
  return answerSentence(cli, made, `The trigger ${made.id} waits for ${made.triggerName}.`);
}

async function set(
  cli: Cli,
  named: string,
  triggerId: string,
  name: string,
  options: TriggerOptions,
): Promise<Outcome> {
  const client = cli.client();
  const agentId = await findAgentId(client, named);
  const changed = await client.agents.triggers.update(agentId, triggerId, bodyOf(name, options));
  return answerSentence(cli, changed, `The trigger ${changed.id} waits for ${changed.triggerName}.`);
}

async function remove(cli: Cli, named: string, triggerId: string): Promise<Outcome> {
  const client = cli.client();
  const deleted = await client.agents.triggers.delete(await findAgentId(client, named), triggerId);
  return answerSentence(cli, deleted, `The trigger ${deleted.id} is removed.`);
}

function bodyOf(name: string, { integration: integrationId, filters }: TriggerOptions) {
  return {
    name,
    ...(integrationId !== undefined && { integrationId }),
    ...(filters !== undefined && { filters }),
  };
}
