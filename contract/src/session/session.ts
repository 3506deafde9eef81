import { z } from "zod";
import { artifactType } from "../artifact/artifact.ts";
import { budgetUsd, cursorQuery, pageMeta, pageQuery, slashCommand, timestamp, uuid } from "../common.ts";
import { maxPatchBytes } from "../limits.ts";
import { sessionPullRequest } from "../pull-request/pull-request.ts";
import { egressSetting, sandboxSize } from "../sandbox/sandbox.ts";

const prompt = z.string().min(1).max(1_000_000);
const branch = z.string().min(1).max(500).nullish();
export const visibility = z
  .enum(["public", "private"])
  .describe("`private`: seen by the person alone who made it; `public`: by its organization.");

/** Body of `POST /session/create`. The contract leaves it open: unknown fields are ignored. */
export const sessionCreateBody = z
  .object({
    prompt: prompt.optional().describe('The task. `@path/to/file` or `@"path/to/a file"` tags a file.'),
    description: prompt
      .optional()
      .describe("The detail under the prompt, or the prompt itself when it stands alone."),
    agent: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe("harness:model[:provider]; the harness alone takes its default model."),
    repositories: z
      .array(z.string().min(1).max(2000))
      .max(100)
      .optional()
      .describe("Repository URLs, or names such as `owner/name`."),
    codeRepoIds: z.array(uuid).max(100).optional().describe("Repository ids."),
    targetBranch: branch.describe(
      "The branch pull requests are opened against; the repository's own by default.",
    ),
    baseBranch: branch.describe("Where the work starts; the target branch by default."),
    branchName: branch.describe("The branch the work is pushed to; one that exists is continued."),
    queueRightAway: z.boolean().nullish().describe("false keeps a draft."),
    agentOptions: z
      .record(z.string(), z.unknown())
      .optional()
      .describe(
        '`mode: "planning"` keeps the workspace from being changed and ends with a plan; `reasoningLevel` and `speed` are of those that the harness has (`GET /v1/runtimes`); `goal` is `{ objective, check?, maxRounds? }`. What the harness cannot do is refused.',
      ),
    sandboxSize: sandboxSize.optional().describe("vCPUs and memory of the sandbox; small by default."),
    egress: egressSetting.optional().describe("Narrows what the organization lets its sandboxes reach."),
    attachments: z
      .array(uuid)
      .max(20)
      .optional()
      .describe("Ids of files and pictures that were uploaded to /v1/attachments."),
    slashCommand: slashCommand
      .optional()
      .describe("A command of the harness that the session begins with, before the prompt's words."),
    mcpServers: z
      .array(z.string().min(1).max(200))
      .max(100)
      .optional()
      .describe("Names of MCP connections that its harness gets."),
    budgetUsd: budgetUsd.optional().describe("What the session may spend on models, in US dollars."),
    visibility: visibility.optional(),
  })
  .refine((body) => body.prompt !== undefined || body.description !== undefined, {
    message: 'Give a "prompt" or a "description": it describes the task',
  });
export type SessionCreateBody = z.infer<typeof sessionCreateBody>;

export const legacyStatus = z.enum(["draft", "queued", "inProgress", "completed", "failed", "cancelled"]);

/** A session in the shape of the documented generation. */
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

/** An extension of this server: the vendor's response does not name the branch. */
const targetBranch = z
  .string()
  .nullable()
  .describe(
    "The branch that pull requests are opened against; null without a repository, or where they differ.",
  );
export const sessionCreated = legacySession.extend({ targetBranch });
export type SessionCreated = z.infer<typeof sessionCreated>;

export const sessionListQuery = pageQuery;
export const sessionList = z.object({ sessions: z.array(legacySession), meta: pageMeta });
export type SessionList = z.infer<typeof sessionList>;
export const sessionSearchQuery = pageQuery.extend({ q: z.string().min(1).max(1000) });
export const sessionSearch = sessionList.extend({ query: z.string() });
export type SessionSearch = z.infer<typeof sessionSearch>;

/** Shape that the published SDK 0.2.3 reads from `/task/list` and `/task/search`. */
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

/** A session in the shape of the v1 generation. */
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
  projectId: z.string().nullable(),
  project: z.null(),
  sandboxSize: sandboxSize.nullable(),
  diffSummary: z.strictObject({ additions: z.int(), deletions: z.int() }).nullable(),
  sessionSource: z.strictObject({
    id: uuid,
    name: z.string(),
    type: z.string(),
    repositories: z.array(z.strictObject({ id: uuid, name: z.string(), provider: z.string() })),
  }),
  sourcePullRequest: z
    .strictObject({
      id: uuid,
      url: z.url(),
      title: z.string().nullable(),
      status: z.enum(["open", "merged", "closed"]),
      isDraft: z.boolean(),
    })
    .nullable(),
  state: sessionState,
  artifacts: z.array(
    z.strictObject({
      id: uuid,
      type: artifactType,
      createdAt: timestamp,
      updatedAt: timestamp,
      pullRequests: z.array(sessionPullRequest),
    }),
  ),
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
  data: z.string().describe(`The patch, as git writes it, of at most ${maxPatchBytes / 1024 ** 2} MiB.`),
});
export type SessionDiffWithData = z.infer<typeof sessionDiffWithData>;
/** A patch and its completeness. An extension of this server: the vendor's diff has no such field. */
export const sessionPatch = z.strictObject({
  diffId: uuid,
  patch: z.string().describe(`As git writes it, of at most ${maxPatchBytes / 1024 ** 2} MiB.`),
  isComplete: z
    .boolean()
    .describe(
      "False when applying the patch would not give what is on the branch: it was too long, held text that is not UTF-8, or held the value of a secret. Fetch the branch instead.",
    ),
});
export type SessionPatch = z.infer<typeof sessionPatch>;
export const sessionDiffParams = sessionParams.extend({ diffId: uuid });
export const sessionDiffQuery = cursorQuery.extend({ hasChanges: z.enum(["true", "false"]).optional() });
export const sessionDiffList = z.strictObject({ items: z.array(sessionDiff), nextCursor: uuid.nullable() });
export type SessionDiffList = z.infer<typeof sessionDiffList>;
