import type { SessionsPorts } from "../ports.ts";
import { lockProject } from "./get-project.ts";
import type { Project } from "./project.ts";
import { deleteVariables } from "./variable/change-variables.ts";

/**
 * Archives a project: cancels its builds, disables its schedules and deletes its variables. Sessions keep their record
 * of the project. Throws `not_found` if the organization has no such project.
 */
export async function deleteProject(
  { store, clock }: Pick<SessionsPorts, "store" | "clock">,
  { organizationId, id }: Pick<Project, "organizationId" | "id">,
): Promise<void> {
  const at = clock.now();
  await store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    const project = await lockProject(tx, organizationId, id);
    const defaults = { defaultForSizes: [], isDefaultForRepositories: false };
    await tx.projects.update({ ...project, ...defaults, updatedAt: at, archivedAt: at });
    await tx.projectBuilds.cancelActive(id, at);
    await tx.projectSchedules.disableAll(id, at);
    await deleteVariables(tx, project);
  });
}
