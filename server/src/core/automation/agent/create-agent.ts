import { AppError, newId } from "../../base/index.ts";
import type { AutomationPorts, AutomationTransaction } from "../ports.ts";
import { type Agent, type AgentRevision, defaultRunPolicy } from "./agent.ts";
import { checkAgent, maxAgents } from "./check-agent.ts";
import { getAgent } from "./get-agent.ts";
import { newSchedule } from "./start/change-schedules.ts";
import { newTrigger, type TriggerWords } from "./start/change-triggers.ts";
import type { AgentSchedule } from "./start/schedule.ts";
import type { AgentTrigger } from "./start/trigger.ts";
import { getTemplate } from "./template/templates.ts";

type AgentPorts = Pick<
  AutomationPorts,
  "store" | "clock" | "cron" | "forgeKinds" | "harnesses" | "modelProviders" | "settings"
>;

/** Editable fields of an agent. In a new agent, absent fields have their defaults. */
export type AgentWords = Partial<
  Pick<
    Agent,
    | "key"
    | "instructions"
    | "agent"
    | "agentOptions"
    | "mcpServers"
    | "repositoryIds"
    | "sandboxSize"
    | "projectId"
    | "templateId"
    | "script"
    | "artifactType"
    | "autoDetectRepositories"
    | "userState"
  >
> & { readonly name: string };

export interface AgentStart {
  readonly triggers: readonly TriggerWords[];
  readonly crons: readonly string[];
}

interface By {
  readonly organizationId: string;
  readonly authorId: string | null;
}

/**
 * Creates an enabled agent with its schedules and triggers. Throws `invalid_input` if a field, schedule or trigger is not valid or the organization
 * has the maximum number of agents, or `conflict` if the key is taken.
 */
export async function createAgent(
  ports: AgentPorts,
  by: By,
  words: AgentWords,
  start: AgentStart = { triggers: [], crons: [] },
): Promise<Agent> {
  return insertAgent(ports, by, words, { start, source: "create" });
}

/**
 * Creates an enabled agent from a template, with the template's schedules and the triggers in the request. Throws `invalid_input` if the template is
 * unknown, or for the same reasons as `createAgent`.
 */
export async function createFromTemplate(
  ports: AgentPorts,
  by: By,
  wish: {
    readonly templateName: string;
    readonly name?: string;
    readonly triggers?: readonly TriggerWords[];
  },
): Promise<Agent> {
  const template = getTemplate(wish.templateName, "invalid_input");
  const words = {
    name: wish.name ?? template.title,
    instructions: template.instructions,
    templateId: template.name,
    artifactType: template.artifactType,
  };
  const start = { triggers: wish.triggers ?? [], crons: template.schedules };
  return insertAgent(ports, by, words, { start, source: "template" });
}

/**
 * Copies an agent with its schedules and triggers, but without its key and `userState`. The copy is disabled, because two enabled agents would both
 * run for each event. Throws `not_found` if the organization has no such agent, or `invalid_input` for the same reasons as `createAgent`.
 */
export async function copyAgent(ports: AgentPorts, by: By, sourceAgentId: string): Promise<Agent> {
  const source = await getAgent(ports, by.organizationId, sourceAgentId);
  const schedules = await ports.store.agentSchedules.list(source.id, { limit: 50 });
  const triggers = await ports.store.agentTriggers.list(source.id, { limit: 50 });
  const words = { ...source, name: `${source.name} (copy)`.slice(0, 200), key: null, userState: null };
  const start = { triggers: triggers.items, crons: schedules.items.map(({ cron }) => cron) };
  return insertAgent(ports, by, words, { start, source: "copy", isEnabled: false });
}

async function insertAgent(
  ports: AgentPorts,
  { organizationId, authorId }: By,
  words: AgentWords,
  made: {
    readonly start: AgentStart;
    readonly source: AgentRevision["source"];
    readonly isEnabled?: boolean;
  },
): Promise<Agent> {
  const { store, clock } = ports;
  const now = clock.now();
  const agent: Agent = {
    id: newId(now.getTime()),
    organizationId,
    name: words.name,
    key: words.key ?? null,
    instructions: words.instructions ?? null,
    contentVersion: 1,
    agent: words.agent ?? null,
    agentOptions: words.agentOptions ?? {},
    mcpServers: words.mcpServers ?? [],
    repositoryIds: words.repositoryIds ?? [],
    sandboxSize: words.sandboxSize ?? null,
    projectId: words.projectId ?? null,
    templateId: words.templateId ?? null,
    script: words.script ?? null,
    artifactType: words.artifactType ?? null,
    autoDetectRepositories: words.autoDetectRepositories ?? false,
    userState: words.userState ?? null,
    runPolicy: defaultRunPolicy,
    paused: null,
    createdBy: authorId,
    createdAt: now,
    updatedAt: now,
    enabledAt: made.isEnabled === false ? null : now,
    archivedAt: null,
  };
  await checkAgent(ports, agent);
  const schedules = made.start.crons.map((cron) => newSchedule(ports, agent, cron));
  const triggers: AgentTrigger[] = [];
  for (const trigger of made.start.triggers) triggers.push(await newTrigger(ports, agent, trigger));
  if ((await store.agents.count(organizationId)) >= maxAgents)
    throw new AppError(
      "invalid_input",
      `An organization can have at most ${maxAgents} agents. Archive one first.`,
    );
  await store.transaction((tx) => write(tx, agent, { schedules, triggers, source: made.source }));
  return agent;
}

async function write(
  tx: AutomationTransaction,
  agent: Agent,
  made: {
    readonly schedules: readonly AgentSchedule[];
    readonly triggers: readonly AgentTrigger[];
    readonly source: AgentRevision["source"];
  },
): Promise<void> {
  if (!(await tx.agents.insert(agent))) throw keyTaken(agent);
  await tx.agents.insertRevision({
    agentId: agent.id,
    version: 1,
    instructions: agent.instructions,
    source: made.source,
    authorId: agent.createdBy,
    restoredFrom: null,
    createdAt: agent.createdAt,
  });
  for (const schedule of made.schedules) await tx.agentSchedules.insert(schedule);
  for (const trigger of made.triggers) await tx.agentTriggers.insert(trigger);
}

export const keyTaken = ({ key }: Pick<Agent, "key">) =>
  new AppError(
    "conflict",
    `An agent with the key ${JSON.stringify(key)} already exists. Choose another key.`,
  );
