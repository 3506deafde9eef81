import type { Command } from "commander";
import { answerItems, answerList, answerSentence } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { jsonObject } from "../../options.ts";
import { allPages } from "../../pages.ts";
import { getAgentId, which } from "./get-agent-id.ts";

interface TriggerOptions {
  readonly integration?: string;
  readonly filters?: Record<string, unknown>;
}

export function addTriggerCommands(agent: Command, runs: Registry["runs"]): void {
  const trigger = agent.command("trigger").description("manage the events that start an agent");
  trigger
    .command("list")
    .description("list an agent's triggers")
    .argument("<agent>", which)
    .action(runs(list));
  trigger.command("kinds").description("list available events").action(runs(kinds));
  trigger
    .command("add")
    .description("add a trigger")
    .argument("<agent>", which)
    .argument("<event>", "event name, such as github.pull_request.opened")
    .option("--integration <integration>", "only events from this integration, by ID")
    .option("--filters <json>", "conditions on the event, as a JSON object", jsonObject)
    .action(runs(add));
  trigger
    .command("set")
    .description("change a trigger")
    .argument("<agent>", which)
    .argument("<trigger>", "trigger ID")
    .argument("<event>", "event name")
    .option("--integration <integration>", "only events from this integration, by ID")
    .option("--filters <json>", "conditions on the event, as a JSON object", jsonObject)
    .action(runs(set));
  trigger
    .command("remove")
    .description("remove a trigger")
    .argument("<agent>", which)
    .argument("<trigger>", "trigger ID")
    .action(runs(remove));
}

async function list(cli: Cli, named: string): Promise<Outcome> {
  const client = cli.client();
  const agentId = await getAgentId(client, named);
  return answerList(cli, (cursor) => client.agents.triggers.list(agentId, { cursor, limit: 100 }), {
    ID: ({ id }) => id,
    STATE: ({ enabledAt }) => (enabledAt === null ? "paused" : "enabled"),
    EVENT: ({ triggerName }) => triggerName,
    INTEGRATION: ({ integrationId, integrationType }) => integrationId ?? integrationType ?? "any",
    FILTERS: ({ filters }) => (Object.keys(filters).length === 0 ? "-" : JSON.stringify(filters)),
  });
}

async function kinds(cli: Cli): Promise<Outcome> {
  const client = cli.client();
  const found = await allPages((cursor) => client.integrations.triggers({ cursor, limit: 100 }));
  const items = found.flatMap(({ integrationType, triggers }) =>
    triggers.map((trigger) => ({ integrationType, ...trigger })),
  );
  return answerItems(cli, items, {
    EVENT: ({ name }) => name,
    INTEGRATION: ({ integrationType }) => integrationType,
    TITLE: ({ displayName }) => displayName,
  });
}

async function add(cli: Cli, named: string, name: string, options: TriggerOptions): Promise<Outcome> {
  const client = cli.client();
  const made = await client.agents.triggers.create(await getAgentId(client, named), bodyOf(name, options));
  return answerSentence(cli, made, `Added trigger ${made.id} for ${made.triggerName}.`);
}

async function set(
  cli: Cli,
  named: string,
  triggerId: string,
  name: string,
  options: TriggerOptions,
): Promise<Outcome> {
  const client = cli.client();
  const agentId = await getAgentId(client, named);
  const changed = await client.agents.triggers.update(agentId, triggerId, bodyOf(name, options));
  return answerSentence(cli, changed, `Changed trigger ${changed.id} to ${changed.triggerName}.`);
}

async function remove(cli: Cli, named: string, triggerId: string): Promise<Outcome> {
  const client = cli.client();
  const deleted = await client.agents.triggers.delete(await getAgentId(client, named), triggerId);
  return answerSentence(cli, deleted, `Removed trigger ${deleted.id}.`);
}

function bodyOf(name: string, { integration: integrationId, filters }: TriggerOptions) {
  return {
    name,
    ...(integrationId !== undefined && { integrationId }),
    ...(filters !== undefined && { filters }),
  };
}
