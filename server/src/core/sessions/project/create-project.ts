import { maxProjects, type ProjectSize } from "@tembo/contract";
import { AppError, newId, normalizeLabels } from "../../base/index.ts";
import type { SessionsPorts } from "../ports.ts";
import { newBuild } from "./build/request-build.ts";
import { checkProject, checkReferences, requireContainersAllowed } from "./check-project.ts";
import type { Project, ProjectFields } from "./project.ts";
import { requireSupported } from "./require-supported.ts";
import { inScheduleField, newSchedule, type ScheduleFields } from "./schedule/change-schedules.ts";

export type NewProject = Partial<ProjectFields> & {
  readonly name: string;
  readonly sizes: readonly ProjectSize[];
};

/**
 * Creates a project, with a schedule and a requested build if `start` contains them. Returns the project and the ID of
 * the build, or null. Throws `invalid_input` if a field is not valid, or `conflict` if the name is taken or the
 * organization has the maximum number of projects.
 */
export async function createProject(
  ports: Pick<SessionsPorts, "store" | "settings" | "clock" | "cron">,
  organizationId: string,
  fields: NewProject,
  start: { readonly schedule?: ScheduleFields; readonly isBuilt: boolean },
): Promise<{ readonly project: Project; readonly buildId: string | null }> {
  const now = ports.clock.now();
  const project: Project = {
    ...defaultFields,
    ...normalizeFields(fields),
    id: newId(now.getTime()),
    organizationId,
    defaultForSizes: [],
    createdAt: now,
    updatedAt: now,
    archivedAt: null,
  };
  checkProject(project);
  requireContainersAllowed(ports.settings, project);
  await checkReferences(ports, project);
  requireSupported(project);
  const { schedule: wanted } = start;
  const schedule =
    wanted === undefined ? null : inScheduleField(() => newSchedule(ports, project.id, wanted));
  const build = start.isBuilt ? newBuild(project, { trigger: "manual", at: now }) : null;
  await ports.store.transaction(async (tx) => {
    await tx.organizations.lock(organizationId);
    if ((await tx.projects.count(organizationId)) >= maxProjects)
      throw new AppError(
        "conflict",
        `An organization can have at most ${maxProjects} projects. Delete one first.`,
      );
    await tx.projects.insert(project);
    if (schedule !== null) await tx.projectSchedules.insert(schedule);
    if (build !== null) await tx.projectBuilds.insert(build);
  });
  return { project, buildId: build?.id ?? null };
}

/** Values of the fields that a new project does not set. */
export const defaultFields: Omit<ProjectFields, "name" | "sizes"> = {
  description: null,
  icon: "folder",
  color: "neutral",
  repositoryIds: [],
  baseBranches: {},
  source: { kind: "machine" },
  setupScript: null,
  startScript: null,
  agentInstructions: null,
  services: [],
  user: "user",
  allowsContainers: false,
  installsDependencies: true,
  includesSkills: true,
  keepsWarm: false,
  refreshesOnChange: false,
  isDefaultForRepositories: false,
  runsOn: [],
};

/** Returns the fields with lowercase repository IDs and without repeated sizes, repositories and labels. Pure. */
export function normalizeFields<T extends Partial<ProjectFields>>(fields: T): T {
  const { sizes, repositoryIds, baseBranches, source, runsOn } = fields;
  const isFromRepository = source?.kind === "dockerfile" || source?.kind === "devcontainer";
  return {
    ...fields,
    ...(sizes && { sizes: [...new Set(sizes)] }),
    ...(runsOn && { runsOn: normalizeLabels(runsOn) }),
    ...(repositoryIds && { repositoryIds: [...new Set(repositoryIds.map((id) => id.toLowerCase()))] }),
    ...(baseBranches && {
      baseBranches: Object.fromEntries(
        Object.entries(baseBranches).map(([id, branch]) => [id.toLowerCase(), branch]),
      ),
    }),
    ...(isFromRepository && { source: { ...source, repositoryId: source.repositoryId.toLowerCase() } }),
  };
}
