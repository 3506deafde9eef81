import { z } from "zod";
import { cursorQuery, queryBoolean, timestamp, uuid } from "../common.ts";
import {
  maxProjectRepositories,
  maxProjectScriptLength,
  projectColors,
  projectIcons,
  projectSizes,
} from "../limits.ts";
import { runsOn, sandboxSize } from "../sandbox/sandbox.ts";
import { projectServices, projectSource, projectUser } from "./environment.ts";
import { projectScheduleChangeBody, projectScheduleCreateBody } from "./schedule.ts";
import { projectVariableValue } from "./variable.ts";

export const projectSize = z.enum(projectSizes);
export const projectBuildStatus = z.enum(["pending", "running", "failed", "completed", "cancelled"]);
export const projectIcon = z.enum(projectIcons);
export const projectColor = z.enum(projectColors);

/** A project as part of a session. */
export const projectRef = z.strictObject({
  id: uuid,
  name: z.string(),
  icon: projectIcon,
  color: projectColor,
});
export type ProjectRef = z.infer<typeof projectRef>;

const snapshotRef = z.strictObject({ id: uuid, size: sandboxSize, builtAt: timestamp });

const script = z.string().max(maxProjectScriptLength).nullable();
const baseBranches = z
  .record(uuid, z.string().min(1).max(500))
  .describe(
    "Branch from which the environment and sessions start, by repository ID. Defaults to the default branch.",
  );

export const project = z.strictObject({
  id: uuid,
  name: z.string(),
  description: z.string().nullable(),
  icon: projectIcon,
  color: projectColor,
  sizes: z.array(projectSize),
  defaultForSizes: z
    .array(sandboxSize)
    .describe("A session of one of these sizes uses this project if it names none."),
  codeRepositoryIds: z.array(uuid).nullable(),
  setupScript: script,
  agentInstructions: script,
  includeDeps: z.boolean(),
  includeSkills: z.boolean(),
  warmPoolEnabled: z.boolean(),
  activeSnapshots: z
    .array(snapshotRef)
    .describe("The active environment, once for each of the project's sizes. One environment serves all."),
  lastBuild: z
    .strictObject({ id: uuid, status: projectBuildStatus, createdAt: timestamp })
    .nullable()
    .describe("The newest build."),
  createdAt: timestamp,
  updatedAt: timestamp,
  source: projectSource,
  startScript: script,
  services: projectServices,
  user: projectUser,
  containers: z.boolean(),
  baseBranches,
  refresh: z.boolean(),
  isDefaultForRepositories: z.boolean(),
  runsOn,
});
export type Project = z.infer<typeof project>;

export const projectList = z.strictObject({
  hasBuiltSnapshot: z.boolean().describe("True if any project has an environment."),
  items: z.array(project),
  nextCursor: uuid.nullable(),
});
export type ProjectList = z.infer<typeof projectList>;
export const projectListQuery = cursorQuery.extend({
  defaultOnly: queryBoolean
    .optional()
    .describe("`true` lists only projects that are the default for a size."),
  search: z.string().min(1).max(120).optional(),
});
export type ProjectListQuery = z.infer<typeof projectListQuery>;
export const projectParams = z.object({ projectId: uuid });

const name = z.string().min(1).max(120).describe("Unique in the organization, ignoring case.");
const sizes = z.array(projectSize).min(1).max(100).describe("Sandbox sizes that sessions may choose.");

const written = {
  description: z.string().max(300).nullish(),
  icon: projectIcon.optional(),
  color: projectColor.optional(),
  codeRepositoryIds: z
    .array(z.string())
    .max(maxProjectRepositories)
    .nullish()
    .describe("Repositories that the environment contains. Null or an empty list: none."),
  setupScript: script
    .optional()
    .describe("Shell script that the build runs in `/workspace` after it clones."),
  agentInstructions: script.optional().describe("Instructions for the agents of the project's sessions."),
  includeDeps: z.boolean().optional().describe("Installs the repositories' dependencies. Defaults to true."),
  includeSkills: z
    .boolean()
    .optional()
    .describe("Has no effect yet. The value is stored and returned. Defaults to true."),
  source: projectSource.optional(),
  startScript: script.optional().describe("Shell script that runs at each start of a session's sandbox."),
  services: projectServices.optional(),
  user: projectUser.optional(),
  containers: z
    .boolean()
    .optional()
    .describe("Allows containers in the sandbox. Requires the user `root`, and podman in the system."),
  baseBranches: baseBranches.optional(),
  refresh: z
    .boolean()
    .optional()
    .describe(
      "Builds again when a lockfile or a base branch changes, at most every 30 minutes. Defaults to false.",
    ),
  isDefaultForRepositories: z
    .boolean()
    .optional()
    .describe(
      "A session whose repositories all belong to this project uses it if the session names no project.",
    ),
  runsOn: runsOn
    .optional()
    .describe(
      "Labels that a machine must have to run the project's sessions and builds. An empty list permits every machine.",
    ),
};

export const projectCreateBody = z.strictObject({
  ...written,
  name,
  sizes,
  runNow: z.boolean().optional().describe("Requests a build at once. Defaults to false."),
  schedule: projectScheduleCreateBody.optional(),
});
export type ProjectCreateBody = z.input<typeof projectCreateBody>;

export const projectUpdateBody = z.strictObject({
  ...written,
  name: name.optional(),
  sizes: sizes.optional(),
  warmPoolEnabled: z
    .boolean()
    .optional()
    .describe(
      "True to keep an unpacked copy of the active environment ready on each machine that has its files, so that the next session starts faster.",
    ),
  defaultForSizes: z
    .array(sandboxSize)
    .max(100)
    .optional()
    .describe("Sizes for which this project becomes the default. Each size has at most one default project."),
  environmentVariables: z
    .record(z.string(), projectVariableValue)
    .optional()
    .describe("Variables to store for builds. Variables that are not listed remain."),
  schedule: projectScheduleChangeBody
    .optional()
    .describe("Changes the project's oldest schedule. If it has none, creates one, which requires `cron`."),
});
export type ProjectUpdateBody = z.input<typeof projectUpdateBody>;

export const projectCreated = z.strictObject({
  project,
  jobIds: z.array(uuid).describe("ID of the requested build, if `runNow` is true."),
});
export type ProjectCreated = z.infer<typeof projectCreated>;

/** The default project for a sandbox size. The size is the organization's default size. */
export const projectDefaults = z.strictObject({
  projectId: z.string().min(1).max(255).nullable(),
  sandboxSize,
});
export type ProjectDefaults = z.infer<typeof projectDefaults>;
