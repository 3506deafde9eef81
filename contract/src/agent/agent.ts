import { z } from "zod";
import { artifactType } from "../artifact/artifact.ts";
import { cursorQuery, queryBoolean, timestamp, uuid } from "../common.ts";
import { agentOptionFields } from "../model/agent-options.ts";
import { sandboxSize } from "../sandbox/sandbox.ts";
import { agentRun } from "./run.ts";
import { agentScheduleBody } from "./schedule.ts";
import { agentTemplateName } from "./template.ts";
import { agentTriggerCreateBody } from "./trigger.ts";

/** A rich text document (TipTap). The server stores the document unchanged and passes its text to agents. */
export const agentInstructions = z.record(z.string(), z.unknown());

const mcpServers = z.array(z.string().min(1).max(200)).max(100);
/** Options for an agent's sessions, in the vendor's shape, whose `goal` has no `check`. */
export const agentOptions = z.looseObject({
  ...agentOptionFields,
  goal: agentOptionFields.goal.unwrap().omit({ check: true }).optional(),
});
const projectId = z.union([uuid, z.literal("tembo")]).nullable();

const shared = {
  id: uuid,
  organizationId: uuid.nullable(),
  organizationName: z.string().nullable(),
  createdBy: z.string().nullable(),
  name: z.string(),
  instructions: agentInstructions.nullable(),
  agent: z.string().nullable(),
  mcpServers,
  artifactType: artifactType.nullable(),
  createdAt: timestamp,
  archivedAt: timestamp.nullable(),
  enabledAt: timestamp.nullable(),
  lastRun: agentRun.nullable(),
  runCount: z.int().min(0),
  scheduleCount: z.int().min(0),
  triggerCount: z.int().min(0),
  hasPausedSchedule: z.boolean(),
  hasPausedTrigger: z.boolean(),
  integrationIds: z.array(uuid),
  integrationTypes: z.array(z.string()),
};

/** A saved automation that starts sessions. */
export const agent = z.strictObject({
  ...shared,
  key: z.string().nullable(),
  sandboxSize: sandboxSize.nullable(),
  projectId: z.string().nullable(),
  templateId: z.string().nullable(),
  contentVersion: z.int(),
  script: z.string().nullable(),
  autoDetectRepositories: z.boolean(),
  updatedAt: timestamp,
  agentOptions,
  userState: z.record(z.string(), z.unknown()).nullable(),
  codeRepositories: z
    .array(
      z.strictObject({
        id: uuid,
        name: z.string(),
        owner: z.string().nullable(),
        integrationId: uuid,
        integrationType: z.string(),
      }),
    )
    .max(250),
});
export type Agent = z.infer<typeof agent>;

export const agentListItem = z.strictObject({ ...shared, codeRepositoryCount: z.int().min(0) });
export type AgentListItem = z.infer<typeof agentListItem>;
export const agentList = z.strictObject({
  items: z.array(agentListItem),
  nextCursor: z.string().nullable(),
  filterOptions: z.strictObject({ totalCount: z.int().min(0), integrationTypes: z.array(z.string()) }),
});
export type AgentList = z.infer<typeof agentList>;

const commaList = z.string().max(10_000);
export const agentListQuery = cursorQuery.extend({
  ids: commaList.optional().describe("Comma-separated agent IDs."),
  search: z.string().min(1).max(200).optional(),
  archived: queryBoolean
    .optional()
    .describe("`true` lists archived agents only. By default, lists only agents that are not archived."),
  sort: z.enum(["latestRun", "runCount"]).optional(),
  status: commaList.optional().describe("`enabled`, `disabled` or both, separated by a comma."),
  integration: commaList
    .optional()
    .describe("Comma-separated integration types. Limits the list to agents with triggers of these types."),
  author: commaList.optional().describe("Comma-separated IDs of the agents' creators."),
});
export type AgentListQuery = z.infer<typeof agentListQuery>;
export const agentParams = z.object({ agentId: uuid });

const written = {
  name: z.string().min(1).max(200).optional(),
  mcpServers: mcpServers.optional(),
  agentOptions: agentOptions.optional(),
  sandboxSize: sandboxSize.nullish(),
  projectId: projectId.optional(),
  artifactType: artifactType.nullish(),
  autoDetectRepositories: z.boolean().optional(),
  repositoryIds: z.array(uuid).max(250).optional(),
};

/**
 * Body of `POST /v1/agents`, in one of three forms: only `sourceAgentId`; `templateName` with an optional `name` and
 * `triggers`; or a new agent with a `name`. The server checks the form, because this schema accepts all combinations.
 */
export const agentCreateBody = z.strictObject({
  ...written,
  instructions: agentInstructions.optional(),
  agent: z.string().min(1).max(200).optional().describe("harness:model[:provider]"),
  triggers: z.array(agentTriggerCreateBody).max(50).optional(),
  schedules: z.array(agentScheduleBody).max(50).optional(),
  templateName: agentTemplateName.optional(),
  sourceAgentId: uuid.optional().describe("ID of the agent to copy."),
});
export type AgentCreateBody = z.infer<typeof agentCreateBody>;

export const agentUpdateBody = z.strictObject({
  ...written,
  expectedUpdatedAt: timestamp
    .optional()
    .describe(
      "The `updatedAt` value that the client read. If the agent has changed since, the request fails with 409.",
    ),
  key: z
    .string()
    .min(1)
    .max(200)
    .nullish()
    .describe("Readable name of the agent, for use instead of its ID in `POST /agent/{keyOrId}/trigger`."),
  userState: z.record(z.string(), z.unknown()).optional(),
  templateId: z.string().max(200).nullish(),
  script: z
    .string()
    .max(100_000)
    .nullish()
    .describe(
      "Script that runs in the sandbox before the work starts. Its output is passed to the harness. If it fails, the run is skipped.",
    ),
  enabled: z.boolean().optional(),
  archived: z.boolean().optional(),
  instructions: agentInstructions.nullish(),
  agent: z.string().min(1).max(200).nullish(),
});
export type AgentUpdateBody = z.infer<typeof agentUpdateBody>;
