import { z } from "zod";
import { timestamp, uuid } from "../common.ts";
import { agentOptionFields } from "../model/agent-options.ts";
import { sandboxSize } from "../sandbox/sandbox.ts";
import { visibility } from "./session.ts";

const words = z.string().min(1).max(1_000_000);
const branch = z.string().min(1).max(500).nullish();
const agent = z.string().min(1).max(500);
const mcpServers = z.array(z.string().min(1).max(500)).max(100);
const projectId = z.string().nullish().describe("Null: there are no projects here yet.");
const sessionMode = z.enum(["normal", "planning"]);
const richMark = z.strictObject({
  type: z.string().min(1).max(100),
  attrs: z.record(z.string(), z.unknown()).optional(),
});

/** A rich text document (TipTap), at most 100 nodes deep. It is stored and returned, but not interpreted. */
const richNode = z.strictObject({
  type: z.string().min(1).max(100).optional(),
  text: z.string().max(1_000_000).optional(),
  attrs: z.record(z.string(), z.unknown()).optional(),
  marks: z.array(richMark).max(1_000).optional(),
  content: z.array(z.looseObject({})).max(10_000).optional(),
});

const agentOptions = z.strictObject(agentOptionFields);

/** Body of `POST /v1/sessions`. */
export const sessionMakeBody = z.strictObject({
  description: words.describe('The task. `@path/to/file` or `@"path/to/a file"` tags a file.'),
  agent: agent.optional().describe("harness:model[:provider]; the harness alone takes its default model."),
  agentOptions: agentOptions.optional(),
  autoDetectRepositories: z.boolean().optional().describe("Taken and ignored: name the repositories."),
  baseBranch: branch,
  branchName: branch,
  codeRepositoryIds: z.array(uuid).max(100).optional(),
  id: uuid
    .optional()
    .describe("Chosen by the client: the same id and body again are the same session; another body is 409."),
  mcpServers: mcpServers.default([]),
  memoryEnabled: z.boolean().optional().describe("Taken and ignored: sessions have no memory of others."),
  projectId,
  pullRequestId: uuid.optional().describe("A pull request to work on: its branch is continued."),
  queueRightAway: z.boolean().optional().describe("false keeps a draft."),
  richContent: richNode.optional(),
  sandboxSize: sandboxSize.optional(),
  sessionMode: z.enum(["chat", "terminal"]).optional().describe("Only `chat` is possible here."),
  startupAgent: z
    .enum(["claudeCode", "codex", "opencode", "pi", "amp", "cursor"])
    .optional()
    .describe("The harness, where `agent` does not say."),
  targetBranch: branch,
  visibility: visibility.optional(),
});
export type SessionMakeBody = z.input<typeof sessionMakeBody>;

/** Body of `PATCH /v1/sessions/{sessionId}`; `isPinned` is an extension of this server. */
export const sessionUpdateBody = z
  .strictObject({
    agent: agent.nullable().describe("null takes the organization's."),
    agentOptions,
    baseBranch: branch,
    branchName: branch,
    description: words.describe("The whole prompt of a draft; of another session what is shown as it."),
    isPinned: z.boolean(),
    level: z.int().min(0).max(100),
    mcpServers,
    memoryEnabled: z.boolean(),
    mode: sessionMode,
    projectId,
    richContent: richNode.nullable(),
    sandboxSize: sandboxSize.nullable().describe("null takes the organization's."),
    targetBranch: branch,
    title: z.string().min(1).max(1_000),
    visibility,
  })
  .partial();
export type SessionUpdateBody = z.infer<typeof sessionUpdateBody>;

/** Body of `POST /v1/sessions/{sessionId}/fork`. */
export const sessionForkBody = z.strictObject({
  prompt: words.optional().describe("Without one the fork waits for a message."),
  title: z.string().min(1).max(1_000).optional(),
  queueRightAway: z.boolean().default(true),
});
export type SessionForkBody = z.input<typeof sessionForkBody>;

export const sessionStopQuery = z.object({
  cancelQueued: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional()
    .describe("true takes what waits out of the queue; else the next message is begun."),
});

/** An origin of sessions: the API or a forge. */
export const sessionSource = z.strictObject({
  id: uuid,
  name: z.string(),
  type: z.string().describe("`api`, or the name of a forge."),
  externalId: z.string().nullable(),
  externalUrl: z.string().nullable(),
  enabledAt: timestamp.nullable(),
  lastScannedAt: timestamp.nullable(),
  lastSeenAt: timestamp.nullable(),
  integration: z.strictObject({ id: uuid, type: z.string() }).nullable(),
  repositories: z.array(
    z.strictObject({
      id: uuid,
      name: z.string(),
      owner: z.string().nullable(),
      baseBranch: z.string().nullable(),
      provider: z.string(),
    }),
  ),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type SessionSource = z.infer<typeof sessionSource>;
