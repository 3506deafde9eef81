import type { SessionsQueries } from "../../ports.ts";
import type { Project } from "../project.ts";
import type { ProjectSnapshot } from "./project-snapshot.ts";

/** Returns the snapshot from which new sessions of the project start, or null. */
export async function findActiveSnapshot(
  { store }: { readonly store: Pick<SessionsQueries, "projects" | "projectSnapshots"> },
  { organizationId, id }: Pick<Project, "organizationId" | "id">,
): Promise<ProjectSnapshot | null> {
  const active = (await store.projects.find(organizationId, id))?.activeSnapshot ?? null;
  return active === null ? null : store.projectSnapshots.find(id, active.id);
}
