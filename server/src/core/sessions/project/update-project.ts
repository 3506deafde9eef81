import type { SandboxSize } from "@tembo/contract";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import { recipeOf } from "./build/project-build.ts";
import { checkProject, checkReferences, requireContainersAllowed } from "./check-project.ts";
import { normalizeFields } from "./create-project.ts";
import { getProject, lockProject } from "./get-project.ts";
import type { Project, ProjectFields } from "./project.ts";
import { hasSize } from "./project-size.ts";
import { requireSupported } from "./require-supported.ts";
import {
  changedSchedule,
  inScheduleField,
  newSchedule,
  type ScheduleChange,
} from "./schedule/change-schedules.ts";
import { checkVariables, saveVariables, type VariableFields } from "./variable/change-variables.ts";

export interface ProjectChange extends Partial<ProjectFields> {
  /** Sizes for which the project becomes the default, instead of its earlier ones. */
  readonly defaultForSizes?: readonly SandboxSize[];
  /** Variables to store for builds. */
  readonly variables?: readonly VariableFields[];
  /** Change to the project's oldest schedule. */
  readonly schedule?: ScheduleChange;
}

type Ports = Pick<SessionsPorts, "store" | "settings" | "clock" | "cron" | "vault">;

/**
 * Updates only the given fields. A pending build uses the new settings, unless it rebuilds a snapshot. Throws
 * `not_found` if the organization has no such project, `invalid_input` if a field is not valid, or `conflict` if the
 * name is taken or a limit is reached.
 */
export async function updateProject(
  ports: Ports,
  { organizationId, id }: Pick<Project, "organizationId" | "id">,
  { variables = [], schedule, ...change }: ProjectChange,
): Promise<void> {
  const at = ports.clock.now();
  const next = (project: Project): Project => {
    const changed = { ...project, ...normalizeFields(change), updatedAt: at };
    // Without a size, the project is no longer the default for it.
    const kept = project.defaultForSizes.filter((size) => hasSize(changed, size));
    return { ...changed, defaultForSizes: [...new Set(change.defaultForSizes ?? kept)] };
  };
  const wanted = next(await getProject(ports, organizationId, id));
  checkProject(wanted);
  requireContainersAllowed(ports.settings, wanted);
  await checkReferences(ports, wanted);
  requireSupported(wanted);
  checkVariables(variables, "environmentVariables");
  await ports.store.transaction(async (tx) => {
    // Locks the master keys first, then rows. All code uses this lock order, including the key rotation.
    if (variables.length > 0) await tx.secrets.lockMasterKeys("use");
    if (change.defaultForSizes !== undefined) await tx.organizations.lock(organizationId);
    const project = next(await lockProject(tx, organizationId, id));
    // A concurrent update may have changed a field that this change must agree with.
    checkProject(project);
    if (change.defaultForSizes !== undefined)
      await tx.projects.clearDefaults(organizationId, project.defaultForSizes, { exceptId: id, at });
    await tx.projects.update(project);
    await tx.projectBuilds.refreshPending(id, recipeOf(project));
    if (variables.length > 0) await saveVariables({ vault: ports.vault, tx }, project, variables, at);
    if (schedule !== undefined) await changeSchedule(ports, tx, id, schedule);
  });
}

async function changeSchedule(
  ports: Ports,
  tx: SessionsTransaction,
  projectId: string,
  change: ScheduleChange,
): Promise<void> {
  const oldest = await tx.projectSchedules.oldest(projectId);
  const next = inScheduleField(() =>
    oldest === null ? newSchedule(ports, projectId, change) : changedSchedule(ports, oldest, change),
  );
  await (oldest === null ? tx.projectSchedules.insert(next) : tx.projectSchedules.update(next));
}
