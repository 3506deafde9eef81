import type { SandboxSize } from "@tembo/contract";
import type { SessionsPorts } from "../ports.ts";
import { lockProject, requireUsableProject } from "./get-project.ts";
import { requireSize } from "./project-size.ts";

export interface ProjectDefaults {
  /** ID of the default project for sessions of the size, or null for none. */
  readonly projectId: string | null;
  readonly sandboxSize: SandboxSize;
}

/**
 * Sets the organization's default sandbox size, and the default project for that size. Throws `invalid_input` if the
 * project does not exist, is archived or does not have the size.
 */
export async function setProjectDefaults(
  { store, clock }: Pick<SessionsPorts, "store" | "clock">,
  organizationId: string,
  { projectId, sandboxSize }: ProjectDefaults,
): Promise<ProjectDefaults> {
  const at = clock.now();
  const wanted = projectId === null ? null : await requireUsableProject({ store }, organizationId, projectId);
  const id = wanted?.id ?? null;
  await store.transaction(async (tx) => {
    await tx.organizations.lock(organizationId);
    // An update of the project may remove the size at the same time.
    const project = id === null ? null : await lockProject(tx, organizationId, id);
    if (project !== null) requireSize(project, sandboxSize);
    await tx.organizations.mergeSettings(organizationId, { defaultSandboxSize: sandboxSize });
    await tx.projects.clearDefaults(organizationId, [sandboxSize], { exceptId: id, at });
    if (project === null || project.defaultForSizes.includes(sandboxSize)) return;
    const defaultForSizes = [...project.defaultForSizes, sandboxSize];
    await tx.projects.update({ ...project, defaultForSizes, updatedAt: at });
  });
  return { projectId: id, sandboxSize };
}
