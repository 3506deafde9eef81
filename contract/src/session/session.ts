import { z } from "zod";
import { artifactType } from "../artifact/artifact.ts";
import { budgetUsd, cursorQuery, pageMeta, pageQuery, slashCommand, timestamp, uuid } from "../common.ts";
import { maxPatchBytes } from "../limits.ts";
import { projectRef } from "../project/project.ts";
import { sessionPullRequest } from "../pull-request/pull-request.ts";
import { egressSetting, runsOn, sandboxSize } from "../sandbox/sandbox.ts";
import { attemptPlace, createdAttempt, wantedAttempts } from "./attempt.ts";
import { legacyStatus } from "./session-status.ts";

const prompt = z.string().min(1).max(1_000_000);
const branch = z.string().min(1).max(500).nullish();
export const visibility = z
  .enum(["public", "private"])
  .describe(
    "`private`: only the creator can see the session. `public`: every member of the organization can see it.",
  );

export const sessionProjectId = z
  .string()
  .nullable()
  .describe(
    "ID of the project whose environment, repositories and settings the session uses. Null or `tembo`: none. If omitted, the default project for the repositories or for the size.",
  );

/** Options of a new session that can be prepared before its prompt is known. */
export const sessionCreateOptions = {
  agent: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe("`harness:model[:provider]`. A harness alone uses its default model."),
  repositories: z
    .array(z.string().min(1).max(2000))
    .max(100)
    .optional()
    .describe("Repository URLs, or names such as `owner/name`."),
  codeRepoIds: z.array(uuid).max(100).optional().describe("Repository IDs."),
  targetBranch: branch.describe(
    "Branch against which pull requests are opened. Defaults to the repository's setting.",
  ),
  baseBranch: branch.describe("Branch from which the work starts. Defaults to the target branch."),
  branchName: branch.describe("Branch to which the work is pushed. An existing branch is continued."),
  agentOptions: z
    .record(z.string(), z.unknown())
    .optional()
    .describe(
      '`mode: "planning"` prevents changes to the workspace and ends with a plan. `GET /v1/runtimes` lists the values of `reasoningLevel` and `speed` that each harness supports. `goal` is `{ objective, check?, maxRounds? }`. Options that the harness does not support are rejected.',
    ),
  sandboxSize: sandboxSize
    .optional()
    .describe("vCPUs and memory of the sandbox. Defaults to the organization's setting."),
  runsOn: runsOn
    .nullish()
    .describe(
      "Labels that the session's machine must have, such as `gpu` or `arch=arm64`. Replaces the project's list. An empty list permits every machine. Null uses the project's list.",
    ),
  egress: egressSetting
    .optional()
    .describe("Restricts the network access that the organization allows its sandboxes."),
  mcpServers: z
    .array(z.string().min(1).max(200))
    .max(100)
    .optional()
    .describe("Names of the MCP connections for the harness."),
  projectId: sessionProjectId.optional(),
};

/** Body of `POST /session/create`. The server ignores unknown fields. */
export const sessionCreateBody = z
  .object({
    prompt: prompt.optional().describe('The task. `@path/to/file` or `@"path/to/a file"` tags a file.'),
    description: prompt
      .optional()
      .describe("Details of the prompt, or the whole prompt if `prompt` is omitted."),
    ...sessionCreateOptions,
    queueRightAway: z.boolean().nullish().describe("`false` creates a draft."),
    attachments: z
      .array(uuid)
      .max(20)
      .optional()
      .describe("IDs of files and images uploaded to `/v1/attachments`."),
    slashCommand: slashCommand
      .optional()
      .describe(
        "Slash command of the harness. The session's first message starts with this command, followed by the prompt.",
      ),
    preparedId: uuid
      .optional()
      .describe(
        "ID from `POST /v1/sessions/prepare`. The session uses the prepared work if its options are the same.",
      ),
    budgetUsd: budgetUsd.optional().describe("Maximum cost of models for the session, in US dollars."),
    visibility: visibility.optional(),
    attempts: wantedAttempts,
  })
  .refine((body) => body.prompt !== undefined || body.description !== undefined, {
    message: 'Send a "prompt" or a "description" of the task',
  });
export type SessionCreateBody = z.infer<typeof sessionCreateBody>;

/** A session, in the shape of the documented generation. */
export const legacySession = z.object({
  id: uuid,
  title: z.string(),
  description: z.string(),
  status: legacyStatus,
  createdAt: timestamp,
  updatedAt: timestamp,
  organizationId: uuid,
  htmlUrl: z.url(),
});
export type LegacySession = z.infer<typeof legacySession>;

/** The session's target branch. An extension of this server: the vendor's response does not contain the branch. */
const targetBranch = z
  .string()
  .nullable()
  .describe(
    "Branch against which pull requests are opened. Null without a repository, and if repositories have different ones.",
  );
export const sessionCreated = legacySession.extend({
  targetBranch,
  attempts: z
    .array(createdAttempt)
    .optional()
    .describe("All attempts by number, the first of which is this session, if the request has `attempts`."),
});
export type SessionCreated = z.infer<typeof sessionCreated>;

export const sessionListQuery = pageQuery;
export const sessionList = z.object({ sessions: z.array(legacySession), meta: pageMeta });
export type SessionList = z.infer<typeof sessionList>;
export const sessionSearchQuery = pageQuery.extend({ q: z.string().min(1).max(1000) });
export const sessionSearch = sessionList.extend({ query: z.string() });
export type SessionSearch = z.infer<typeof sessionSearch>;

/** Response of `/task/list` and `/task/search`, in the shape that the published SDK 0.2.3 expects. */
export const taskList = z.object({ issues: z.array(legacySession), meta: pageMeta });
export type TaskList = z.infer<typeof taskList>;
export const taskSearch = taskList.extend({ query: z.string() });
export type TaskSearch = z.infer<typeof taskSearch>;

export const sessionParams = z.object({ sessionId: uuid });

export const stopResult = z.strictObject({
  cancelledSessions: z.int().min(0),
  cancelledJobs: z.int().min(0),
  stoppedRuntimeSessions: z.int().min(0),
  interruptedRuntimeTurns: z.int().min(0),
  cancelledRuntimeTurns: z.int().min(0),
});
export type StopResult = z.infer<typeof stopResult>;

export const sessionState = z.strictObject({
  isQueued: z.boolean(),
  isCancelled: z.boolean(),
  isCompleted: z.boolean(),
  isFailed: z.boolean(),
  inProgress: z.boolean(),
  current: z.enum(["inProgress", "queued", "completed", "failed", "cancelled"]).optional(),
});

export const diffSummary = z.strictObject({ additions: z.int(), deletions: z.int() });
export const repositoryRef = z.strictObject({ id: uuid, name: z.string(), provider: z.string() });
export const sessionSourceRef = z.strictObject({
  id: uuid,
  name: z.string(),
  type: z.string(),
  repositories: z.array(repositoryRef),
});
export const sourcePullRequest = z.strictObject({
  id: uuid,
  url: z.url(),
  title: z.string().nullable(),
  status: z.enum(["open", "merged", "closed"]),
  isDraft: z.boolean(),
});
export const sessionArtifact = z.strictObject({
  id: uuid,
  type: artifactType,
  createdAt: timestamp,
  updatedAt: timestamp,
  pullRequests: z.array(sessionPullRequest),
});

const attention = z.enum(["permission", "question", "plan", "failure"]);

/** A session, in the shape of the v1 generation. */
export const session = z.strictObject({
  id: uuid,
  title: z.string(),
  description: z.string().nullable(),
  agent: z.string().nullable(),
  agentId: uuid.nullable(),
  artifactType: artifactType.nullable(),
  baseBranch: z.string().nullable(),
  branchName: z.string().nullable(),
  targetBranch,
  createdAt: timestamp,
  updatedAt: timestamp,
  lastSeenAt: timestamp,
  lastQueuedAt: timestamp.nullable(),
  externalId: z.string().nullable(),
  externalUrl: z.string().nullable(),
  htmlUrl: z.url(),
  kind: z.string(),
  level: z.int(),
  mode: z.enum(["normal", "planning"]),
  sessionType: z.enum(["Chat", "Terminal"]),
  visibility: z.enum(["public", "private"]),
  isPinned: z.boolean(),
  archivedAt: timestamp
    .nullable()
    .describe("Time at which the session was archived, or null. An extension of this server."),
  attention: attention
    .nullable()
    .describe(
      "Why the session needs a person: an open permission request or question, a plan to approve or a failed turn. Otherwise null. An extension of this server.",
    ),
  attempt: attemptPlace
    .nullable()
    .describe(
      "Place of the session among several attempts at the same task, or null. An extension of this server.",
    ),
  projectId: z.string().nullable(),
  project: projectRef.nullable(),
  snapshotId: uuid
    .nullable()
    .describe("Environment of the project from which the sandbox started. An extension of this server."),
  runsOn: runsOn
    .nullable()
    .describe("The session's own labels, or null for the project's. An extension of this server."),
  sandboxSize: sandboxSize.nullable(),
  diffSummary: diffSummary.nullable(),
  sessionSource: sessionSourceRef,
  sourcePullRequest: sourcePullRequest.nullable(),
  state: sessionState,
  artifacts: z.array(sessionArtifact),
  mcpServers: z.array(z.string()).optional(),
});
export type Session = z.infer<typeof session>;

export const sessionDiff = z.strictObject({
  id: uuid,
  sessionId: uuid,
  codeRepositoryId: uuid.nullable(),
  root: z.string(),
  branch: z.string().nullable(),
  baselineSha: z.string().nullable(),
  headSha: z.string().nullable(),
  remoteKey: z.string().nullable(),
  additions: z.int(),
  deletions: z.int(),
  changedFiles: z.int(),
  untrackedFiles: z.int(),
  hasChanges: z.boolean(),
  capturedAt: timestamp,
});
export type SessionDiff = z.infer<typeof sessionDiff>;
export const sessionDiffWithData = sessionDiff.extend({
  data: z.string().describe(`The patch in git's format, of at most ${maxPatchBytes / 1024 ** 2} MiB.`),
});
export type SessionDiffWithData = z.infer<typeof sessionDiffWithData>;
/**
 * A patch, with a field that states whether the patch is complete. An extension of this server: the vendor's diff has
 * no such field.
 */
export const sessionPatch = z.strictObject({
  diffId: uuid,
  patch: z.string().describe(`The patch in git's format, of at most ${maxPatchBytes / 1024 ** 2} MiB.`),
  isComplete: z
    .boolean()
    .describe(
      "False if applying the patch does not reproduce the branch: the patch was too long, contained text that is not UTF-8 or contained the value of a secret. Fetch the branch instead.",
    ),
});
export type SessionPatch = z.infer<typeof sessionPatch>;
export const sessionDiffParams = sessionParams.extend({ diffId: uuid });
export const sessionDiffQuery = cursorQuery.extend({ hasChanges: z.enum(["true", "false"]).optional() });
export const sessionDiffList = z.strictObject({ items: z.array(sessionDiff), nextCursor: uuid.nullable() });
export type SessionDiffList = z.infer<typeof sessionDiffList>;
