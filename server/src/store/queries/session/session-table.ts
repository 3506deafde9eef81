import type { EgressSetting } from "../../../core/accounts/index.ts";
import type {
  MessageOptions,
  SandboxSize,
  Session,
  SessionSource,
  SessionStatus,
  Visibility,
} from "../../../core/sessions/index.ts";
import { bigint, boolean, integer, json, text, textArray, timestamp, uuid } from "../column.ts";
import { type RowOf, table } from "../table.ts";

/** Options stored as JSON. The mode has a separate column. */
type AgentOptions = Omit<MessageOptions, "mode">;

export const sessions = table(
  "sessions",
  {
    id: uuid,
    organizationId: uuid,
    number: integer.generated(),
    title: text,
    prompt: text,
    description: text.orNull(),
    harness: text,
    model: text,
    provider: text.orNull(),
    branchName: text,
    targetBranch: text.orNull(),
    baseBranch: text.orNull(),
    status: text.as<SessionStatus>(),
    createdAt: timestamp,
    updatedAt: timestamp,
    lastQueuedAt: timestamp.orNull(),
    sandboxSize: text.as<SandboxSize>(),
    projectId: uuid.orNull(),
    snapshotId: uuid.orNull(),
    runsOn: textArray.orNull(),
    isPlanning: boolean,
    agentOptions: json<AgentOptions>().orNull(),
    egress: json<EgressSetting>().orNull(),
    budgetMicroUsd: bigint.orNull().named("budget_microusd"),
    source: json<SessionSource>().orNull(),
    visibility: text.as<Visibility>(),
    isPinned: boolean,
    archivedAt: timestamp.orNull(),
    level: integer,
    createdByKeyId: uuid.orNull().named("created_by_key"),
    richContent: json<Readonly<Record<string, unknown>>>().orNull(),
    sourcePullRequestId: uuid.orNull(),
  },
  [
    "deleted_at",
    "has_published_forwards",
    "is_title_chosen",
    "keep_alive_until",
    "last_seq",
    "mcp_servers",
    "purged_at",
    "request_hash",
    "workspace_checked_at",
  ],
);

export type SessionRow = RowOf<typeof sessions>;

export const toSession = ({ isPlanning, agentOptions, ...row }: SessionRow): Session => ({
  ...row,
  options: {
    ...(agentOptions ?? { reasoningLevel: null, speed: "normal", goal: null }),
    mode: isPlanning ? "plan" : "build",
  },
});

export const fromSession = ({ options, ...session }: Omit<Session, "number">) => ({
  ...session,
  ...storedOptions(options),
});

/** Returns the columns that store the options of a session. */
export const storedOptions = ({ mode, reasoningLevel, speed, goal }: MessageOptions) => ({
  isPlanning: mode === "plan",
  agentOptions: { reasoningLevel, speed, goal },
});

export const sessionRepositories = table(
  "session_repositories",
  {
    sessionId: uuid,
    repositoryId: uuid,
    directory: text,
    branchName: text,
    targetBranch: text,
    baseBranch: text.orNull(),
    baseSha: text.orNull(),
  },
  ["position"],
);
