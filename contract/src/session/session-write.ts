import { z } from "zod";
import { timestamp, uuid } from "../common.ts";
import { agentOptionFields } from "../model/agent-options.ts";
import { runsOn, sandboxSize } from "../sandbox/sandbox.ts";
import { sessionProjectId, visibility } from "./session.ts";

const words = z.string().min(1).max(1_000_000);
const branch = z.string().min(1).max(500).nullish();
const agent = z.string().min(1).max(500);
const mcpServers = z.array(z.string().min(1).max(500)).max(100);
const sessionMode = z.enum(["normal", "planning"]);
const richMark = z.strictObject({
  type: z.string().min(1).max(100),
  attrs: z.record(z.string(), z.unknown()).optional(),
});

/** The root node of a rich text document (TipTap). The server stores and returns it without interpreting it. */
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
  agent: agent.optional().describe("`harness:model[:provider]`. A harness alone uses its default model."),
  agentOptions: agentOptions.optional(),
  autoDetectRepositories: z.boolean().optional().describe("Has no effect. Name the repositories instead."),
  baseBranch: branch,
  branchName: branch,
  codeRepositoryIds: z.array(uuid).max(100).optional(),
  id: uuid
    .optional()
    .describe(
      "ID chosen by the client. A repeated request with the same ID and body returns the same session. Another body is rejected with 409.",
    ),
  mcpServers: mcpServers.default([]),
  memoryEnabled: z.boolean().optional().describe("Has no effect: sessions do not share a memory."),
  preparedId: uuid
    .optional()
    .describe(
      "ID from `POST /v1/sessions/prepare`. The session uses the prepared work if its options are the same. Has no effect with `id`.",
    ),
  projectId: sessionProjectId.optional(),
  pullRequestId: uuid.optional().describe("A pull request to work on. The session continues its branch."),
  queueRightAway: z.boolean().optional().describe("`false` creates a draft."),
  richContent: richNode.optional(),
  runsOn: runsOn
    .nullish()
    .describe(
      "Labels that the session's machine must have. Replaces the project's list. Null uses the project's list. An extension of Tembo.",
    ),
  sandboxSize: sandboxSize.optional(),
  sessionMode: z.enum(["chat", "terminal"]).optional().describe("Only `chat` is supported."),
  startupAgent: z
    .enum(["claudeCode", "codex", "opencode", "pi", "amp", "cursor"])
    .optional()
    .describe("The harness, if `agent` is omitted."),
  targetBranch: branch,
  visibility: visibility.optional(),
});
export type SessionMakeBody = z.input<typeof sessionMakeBody>;

/** Body of `PATCH /v1/sessions/{sessionId}`; `archived` and `isPinned` are extensions of this server. */
export const sessionUpdateBody = z
  .strictObject({
    agent: agent.nullable().describe("Null applies the organization's default."),
    agentOptions,
    archived: z
      .boolean()
      .describe(
        "Archives the session or restores it. A session with a queued or running turn cannot be archived. A new message restores it. An extension of Tembo.",
      ),
    baseBranch: branch,
    branchName: branch,
    description: words.describe(
      "The prompt of a draft. In other sessions, the text that is shown as the prompt.",
    ),
    isPinned: z.boolean(),
    level: z.int().min(0).max(100),
    mcpServers,
    memoryEnabled: z.boolean(),
    mode: sessionMode,
    projectId: sessionProjectId.describe("A draft's project. Null or `tembo`: none."),
    richContent: richNode.nullable(),
    runsOn: runsOn
      .nullable()
      .describe(
        "Labels that the session's machine must have. Null uses the project's list. An extension of Tembo.",
      ),
    sandboxSize: sandboxSize.nullable().describe("Null applies the organization's default."),
    targetBranch: branch,
    title: z.string().min(1).max(1_000),
    visibility,
  })
  .partial();
export type SessionUpdateBody = z.infer<typeof sessionUpdateBody>;

/** Body of `POST /v1/sessions/{sessionId}/fork`. */
export const sessionForkBody = z.strictObject({
  prompt: words.optional().describe("If omitted, the fork waits for a message."),
  title: z.string().min(1).max(1_000).optional(),
  queueRightAway: z.boolean().default(true),
});
export type SessionForkBody = z.input<typeof sessionForkBody>;

export const sessionStopQuery = z.object({
  cancelQueued: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional()
    .describe("`true` also removes the queued messages from the queue. Otherwise, the next message starts."),
});

/** Source of sessions: the API or a forge. */
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
