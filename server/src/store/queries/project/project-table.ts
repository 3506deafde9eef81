import type { ProjectSize, SandboxSize } from "@tembo/contract";
import type {
  BuildProgress,
  BuildRecipe,
  BuildTrigger,
  EnvironmentBase,
  EnvironmentOrigin,
  ProjectService,
  ProjectSnapshot,
  ProjectSource,
  ProjectUser,
  VariableScope,
} from "../../../core/sessions/index.ts";
import { bigint, boolean, integer, json, text, textArray, timestamp, uuid, uuidArray } from "../column.ts";
import { table } from "../table.ts";

export const projects = table(
  "projects",
  {
    id: uuid,
    organizationId: uuid,
    name: text,
    description: text.orNull(),
    icon: text,
    color: text,
    sizes: textArray.as<readonly ProjectSize[]>(),
    defaultForSizes: textArray.as<readonly SandboxSize[]>(),
    repositoryIds: uuidArray,
    baseBranches: json<Readonly<Record<string, string>>>(),
    source: json<ProjectSource>(),
    setupScript: text.orNull(),
    startScript: text.orNull(),
    agentInstructions: text.orNull(),
    services: json<readonly ProjectService[]>(),
    user: text.as<ProjectUser>().named("run_as"),
    allowsContainers: boolean,
    installsDependencies: boolean,
    includesSkills: boolean,
    keepsWarm: boolean,
    refreshesOnChange: boolean,
    isDefaultForRepositories: boolean,
    runsOn: textArray,
    createdAt: timestamp,
    updatedAt: timestamp,
    archivedAt: timestamp.orNull(),
  },
  ["branches_checked_at"],
);

export const projectSnapshots = table(
  "project_snapshots",
  {
    id: uuid,
    projectId: uuid,
    name: text.orNull(),
    recipe: json<BuildRecipe>(),
    trigger: text.as<BuildTrigger>(),
    rebuildOf: uuid.orNull(),
    identity: text,
    layers: textArray,
    base: json<EnvironmentBase>().orNull(),
    directories: json<ProjectSnapshot["directories"]>(),
    origin: json<EnvironmentOrigin>().orNull(),
    sizeBytes: bigint,
    platform: json<ProjectSnapshot["platform"]>(),
    builtAt: timestamp,
    buildDurationMs: bigint,
    pinnedAt: timestamp.orNull(),
    brokenReason: text.orNull(),
    createdAt: timestamp,
    updatedAt: timestamp,
  },
  ["archived_at"],
);

/** Progress as JSON stores it. */
export type StoredProgress = Omit<BuildProgress, "updatedAt"> & { readonly updatedAt: string };

export const projectBuilds = table(
  "project_builds",
  {
    id: uuid,
    projectId: uuid,
    trigger: text.as<BuildTrigger>(),
    size: text.as<ProjectSize>(),
    recipe: json<BuildRecipe>(),
    rebuildOf: uuid.orNull(),
    identity: text.orNull(),
    progress: json<StoredProgress>().orNull(),
    status: text.as<"pending" | "running" | "completed" | "failed" | "cancelled">(),
    attempt: integer,
    workerId: text.orNull(),
    snapshotId: uuid.orNull(),
    failure: text.orNull(),
    createdAt: timestamp,
    startedAt: timestamp.orNull(),
    endedAt: timestamp.orNull(),
  },
  ["heartbeat_at", "log_bytes", "attempt_started_at"],
);

export const projectBuildLogs = table("project_build_logs", {
  buildId: uuid,
  seq: integer,
  text,
  createdAt: timestamp,
});

export const projectSchedules = table("project_schedules", {
  id: uuid,
  projectId: uuid,
  cron: text,
  timezone: text.orNull(),
  nextRunAt: timestamp.orNull(),
  lastRunAt: timestamp.orNull(),
  enabledAt: timestamp.orNull(),
  createdAt: timestamp,
  updatedAt: timestamp,
});

export const projectVariables = table("project_variables", {
  projectId: uuid,
  key: text,
  scope: text.as<VariableScope>(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
