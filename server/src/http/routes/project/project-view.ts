import type {
  ProjectBuild as ProjectBuildView,
  ProjectSchedule as ProjectScheduleView,
  ProjectSnapshot as ProjectSnapshotView,
  ProjectVariableList,
  Project as ProjectView,
} from "@tembo/contract";
import type {
  BuildRecipe,
  BuildState,
  ProjectBuild,
  ProjectLabel,
  ProjectOverview,
  ProjectSchedule,
  ProjectVariable,
  SnapshotOverview,
} from "../../../core/sessions/index.ts";

export function projectView(project: ProjectOverview): ProjectView {
  const { activeSnapshot, lastBuild, sizes } = project;
  return {
    ...labelView(project),
    description: project.description,
    sizes: [...sizes],
    defaultForSizes: [...project.defaultForSizes],
    codeRepositoryIds: idsView(project.repositoryIds),
    setupScript: project.setupScript,
    agentInstructions: project.agentInstructions,
    includeDeps: project.installsDependencies,
    includeSkills: project.includesSkills,
    warmPoolEnabled: project.keepsWarm,
    activeSnapshots:
      activeSnapshot === null
        ? []
        : sizes.map((size) => ({
            id: activeSnapshot.id,
            size,
            builtAt: activeSnapshot.builtAt.toISOString(),
          })),
    lastBuild: lastBuild === null ? null : { ...lastBuild, createdAt: lastBuild.createdAt.toISOString() },
    createdAt: project.createdAt.toISOString(),
    updatedAt: project.updatedAt.toISOString(),
    source: sourceView(project.source),
    startScript: project.startScript,
    services: project.services.map((service) => ({ ...service })),
    user: project.user,
    containers: project.allowsContainers,
    baseBranches: { ...project.baseBranches },
    refresh: project.refreshesOnChange,
    isDefaultForRepositories: project.isDefaultForRepositories,
    runsOn: [...project.runsOn],
  };
}

export const labelView = ({ id, name, icon, color }: ProjectLabel) => ({
  id,
  name,
  icon: icon as ProjectView["icon"],
  color: color as ProjectView["color"],
});

function sourceView(source: ProjectOverview["source"]): ProjectView["source"] {
  return source.kind === "dockerfile" && source.args !== undefined
    ? { ...source, args: { ...source.args } }
    : ({ ...source } as ProjectView["source"]);
}

/** Returns null for an empty list, as the vendor's API does. */
const idsView = (ids: readonly string[]) => (ids.length === 0 ? null : [...ids]);

/** Returns the view of a build. The duration of a running build ends at `now`. */
export function buildView(build: ProjectBuild, now: Date): ProjectBuildView {
  const { state, progress } = build;
  const { startedAt, endedAt } = timesOf(state);
  return {
    id: build.id,
    projectId: build.projectId,
    status: state.status,
    trigger: build.trigger,
    sandboxSize: build.size,
    name: null,
    failure: state.status === "failed" ? state.failure : null,
    progress: progress === null ? null : { ...progress, updatedAt: progress.updatedAt.toISOString() },
    ...recipeView(build.recipe),
    durationMs: startedAt === null ? null : Math.max(0, (endedAt ?? now).getTime() - startedAt.getTime()),
    createdAt: build.createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    completedAt: endedAt?.toISOString() ?? null,
    snapshotId: state.status === "completed" ? state.snapshotId : null,
  };
}

function timesOf(state: BuildState): { readonly startedAt: Date | null; readonly endedAt: Date | null } {
  if (state.status === "pending") return { startedAt: null, endedAt: null };
  return { startedAt: state.startedAt, endedAt: "endedAt" in state ? state.endedAt : null };
}

const recipeView = ({ repositoryIds, setupScript, installsDependencies, includesSkills }: BuildRecipe) => ({
  repositoryIds: idsView(repositoryIds),
  setupScript,
  includeDeps: installsDependencies,
  includeSkills: includesSkills,
});

/** Returns the view of a snapshot. Sizes are null, because one environment serves all of them. */
export function snapshotView(snapshot: SnapshotOverview): ProjectSnapshotView {
  const { recipe } = snapshot;
  return {
    id: snapshot.id,
    projectId: snapshot.projectId,
    name: snapshot.name,
    isActive: snapshot.isActive,
    pinnedAt: snapshot.pinnedAt?.toISOString() ?? null,
    size: null,
    sizeBytes: String(snapshot.sizeBytes),
    cpu: null,
    memoryMb: null,
    isKvm: false,
    builtAt: snapshot.builtAt.toISOString(),
    buildDurationMs: snapshot.buildDurationMs,
    trigger: snapshot.trigger,
    hasSetupScript: recipe.setupScript !== null,
    includesDeps: recipe.installsDependencies,
    includesRepos: recipe.repositoryIds.length > 0,
    includesSkills: recipe.includesSkills,
    rebuildOfSnapshotId: snapshot.rebuildOf,
    repositoryIds: idsView(recipe.repositoryIds),
    setupScript: recipe.setupScript,
    createdAt: snapshot.createdAt.toISOString(),
    updatedAt: snapshot.updatedAt.toISOString(),
  };
}

export const projectScheduleView = (schedule: ProjectSchedule): ProjectScheduleView => ({
  id: schedule.id,
  projectId: schedule.projectId,
  cron: schedule.cron,
  timezone: schedule.timezone,
  enabledAt: schedule.enabledAt?.toISOString() ?? null,
  lastRunAt: schedule.lastRunAt?.toISOString() ?? null,
  nextRunAt: schedule.nextRunAt?.toISOString() ?? null,
  createdAt: schedule.createdAt.toISOString(),
  updatedAt: schedule.updatedAt.toISOString(),
});

export const variablesView = (variables: readonly ProjectVariable[]): ProjectVariableList => ({
  items: variables.map(({ key, scope }) => ({ key, scope })),
});
