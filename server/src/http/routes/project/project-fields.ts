import type { operations } from "@tembo/contract";
import type { output } from "zod";
import type {
  NewProject,
  ProjectChange,
  ProjectFields,
  ScheduleChange,
} from "../../../core/sessions/index.ts";

type CreateBody = output<typeof operations.projectCreate.body>;
type UpdateBody = output<typeof operations.projectUpdate.body>;

export const toNewProject = (body: CreateBody): NewProject => ({
  ...toFields(body),
  name: body.name,
  sizes: body.sizes,
});

export function toProjectChange(body: UpdateBody): ProjectChange {
  const { environmentVariables, schedule, warmPoolEnabled, defaultForSizes } = body;
  return {
    ...toFields(body),
    ...(warmPoolEnabled !== undefined && { keepsWarm: warmPoolEnabled }),
    ...(defaultForSizes !== undefined && { defaultForSizes }),
    ...(environmentVariables !== undefined && {
      variables: Object.entries(environmentVariables).map(([key, value]) => ({ key, value })),
    }),
    ...(schedule !== undefined && { schedule: toScheduleChange(schedule) }),
  };
}

export function toScheduleChange({
  cron,
  timezone,
  enabled,
}: {
  readonly cron?: string | undefined;
  readonly timezone?: string | null | undefined;
  readonly enabled?: boolean | undefined;
}): ScheduleChange {
  return {
    ...(cron !== undefined && { cron }),
    ...(timezone !== undefined && { timezone }),
    ...(enabled !== undefined && { isEnabled: enabled }),
  };
}

/** Returns the given fields of a body under the names of the core. */
function toFields(body: CreateBody | UpdateBody): Partial<ProjectFields> {
  const { codeRepositoryIds, includeDeps, includeSkills, containers, refresh } = body;
  const { name, description, icon, color, sizes, setupScript, startScript, agentInstructions } = body;
  const { source, services, user, baseBranches, isDefaultForRepositories, runsOn } = body;
  const fields = {
    ...{ name, description, icon, color, sizes, setupScript, startScript, agentInstructions },
    ...{ source, services, user, baseBranches, isDefaultForRepositories, runsOn },
    repositoryIds: codeRepositoryIds === null ? [] : codeRepositoryIds,
    installsDependencies: includeDeps,
    includesSkills: includeSkills,
    allowsContainers: containers,
    refreshesOnChange: refresh,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
