import type { AgentCreateBody, AgentListQuery, AgentUpdateBody, DocumentedAgentBody } from "@tembo/contract";
import {
  type Agent,
  type AgentChange,
  type AgentFilter,
  type AgentWords,
  copyAgent,
  createAgent,
  createFromTemplate,
  type TriggerWords,
} from "../../../core/automation/index.ts";
import { AppError, isId } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";

interface By {
  readonly organizationId: string;
  readonly authorId: string | null;
}

/**
 * Creates an agent from one of the three kinds of body. Each kind has its own fields. Throws `invalid_input` if a field is not valid or cannot be
 * combined with the others, `not_found` if the agent to copy does not exist, or `conflict` if the key is taken.
 */
export async function createFromBody(ports: Ports, by: By, body: AgentCreateBody): Promise<Agent> {
  if (body.sourceAgentId !== undefined) {
    allowOnly(body, ["sourceAgentId"], "sourceAgentId");
    return copyAgent(ports, by, body.sourceAgentId);
  }
  if (body.templateName !== undefined) {
    allowOnly(body, ["templateName", "name", "triggers"], "templateName");
    return createFromTemplate(ports, by, {
      templateName: body.templateName,
      ...(body.name !== undefined && { name: body.name }),
      ...(body.triggers !== undefined && { triggers: body.triggers.map(triggerWordsOf) }),
    });
  }
  if (body.name === undefined)
    throw new AppError("invalid_input", 'Set a "name", a "templateName" or a "sourceAgentId".', {
      field: "name",
    });
  const { triggers = [], schedules = [], templateName: _, sourceAgentId: __, ...words } = body;
  return createAgent(
    ports,
    by,
    { ...(defined(words) as Partial<AgentWords>), name: body.name },
    { triggers: triggers.map(triggerWordsOf), crons: schedules.map(({ cron }) => cron) },
  );
}

export async function createFromDocumented(ports: Ports, by: By, body: DocumentedAgentBody): Promise<Agent> {
  const { triggers = [], schedules = [] } = body;
  const most = 50;
  if (triggers.length > most || schedules.length > most)
    throw new AppError(
      "invalid_input",
      `An agent can have at most ${most} "triggers" and ${most} "schedules". Remove some.`,
      {
        field: "triggers",
      },
    );
  if (body.name.length > 200)
    throw new AppError("invalid_input", 'The "name" is longer than 200 characters. Choose a shorter one.', {
      field: "name",
    });
  for (const { integrationId } of triggers)
    if (integrationId !== undefined && !isId(integrationId))
      throw new AppError(
        "invalid_input",
        `The "integrationId" ${JSON.stringify(integrationId)} is not a valid ID. "tembo integration list" shows the IDs.`,
        {
          field: "integrationId",
        },
      );
  return createAgent(
    ports,
    by,
    {
      name: body.name,
      instructions: body.jsonContent,
      ...(body.agent !== undefined && { agent: body.agent }),
      ...(body.agentOptions !== undefined && { agentOptions: body.agentOptions }),
      ...(body.mcpServers !== undefined && { mcpServers: body.mcpServers }),
    },
    { triggers: triggers.map(triggerWordsOf), crons: schedules.map(({ cron }) => cron) },
  );
}

export function toAgentChange({
  enabled,
  archived,
  expectedUpdatedAt: _,
  ...words
}: AgentUpdateBody): AgentChange {
  return {
    ...(defined(words) as Partial<AgentWords>),
    ...(enabled !== undefined && { isEnabled: enabled }),
    ...(archived !== undefined && { isArchived: archived }),
  };
}

export function triggerWordsOf(body: {
  readonly name: string;
  readonly integrationId?: string | null | undefined;
  readonly filters?: Readonly<Record<string, unknown>> | undefined;
}): TriggerWords {
  const { name, integrationId, filters } = body;
  return {
    name,
    ...(integrationId !== undefined && { integrationId }),
    ...(filters !== undefined && { filters }),
  };
}

/** Returns the filter for a list. Throws `invalid_input` if a parameter has an invalid value. */
export function filterOf(query: AgentListQuery): AgentFilter {
  const ids = splitList(query.ids);
  const wrong = ids?.find((id) => !isId(id));
  if (wrong !== undefined)
    throw new AppError(
      "invalid_input",
      `"ids" contains ${JSON.stringify(wrong)}, which is not a valid ID. Remove it.`,
      {
        field: "ids",
      },
    );
  const statuses = splitList(query.status);
  const unknown = statuses?.find((status) => status !== "enabled" && status !== "disabled");
  if (unknown !== undefined)
    throw new AppError(
      "invalid_input",
      `"status" contains ${JSON.stringify(unknown)}. Use enabled, disabled or both.`,
      { field: "status" },
    );
  const integrationTypes = splitList(query.integration);
  const authors = splitList(query.author);
  return {
    limit: query.limit,
    isArchived: query.archived === true,
    ...(query.cursor !== undefined && { cursor: query.cursor }),
    ...(ids !== undefined && { ids }),
    ...(query.search !== undefined && { search: query.search }),
    ...(query.sort !== undefined && { sort: query.sort }),
    ...(new Set(statuses).size === 1 && { isEnabled: statuses?.[0] === "enabled" }),
    ...(integrationTypes !== undefined && { integrationTypes }),
    ...(authors !== undefined && { authors }),
  };
}

function allowOnly(body: AgentCreateBody, fields: readonly string[], form: string): void {
  const other = Object.entries(body).find(([field, value]) => value !== undefined && !fields.includes(field));
  if (other === undefined) return;
  const rest = fields.slice(1);
  throw new AppError(
    "invalid_input",
    `"${form}" can be combined ${rest.length === 0 ? "with no other field" : `only with ${rest.map((field) => `"${field}"`).join(" and ")}`}. Remove "${other[0]}", and update the agent afterwards.`,
  );
}

const splitList = (text: string | undefined) =>
  text === undefined || text === "" ? undefined : text.split(",");
const defined = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
