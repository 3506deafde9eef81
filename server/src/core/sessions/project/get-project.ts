import { AppError, isId } from "../../base/index.ts";
import type { SessionsQueries } from "../ports.ts";
import type { Project } from "./project.ts";
import type { ProjectOverview } from "./project-overview.ts";

type Store = { readonly store: Pick<SessionsQueries, "projects"> };

/** Returns a project. Throws `not_found` if the organization has no such project, or if it is archived. */
export async function getProject(
  { store }: Store,
  organizationId: string,
  id: string,
): Promise<ProjectOverview> {
  return requireProject(await store.projects.find(organizationId, id), id);
}

/** Locks the project until the transaction ends. Throws the errors of `getProject`. */
export async function lockProject(
  tx: Pick<SessionsQueries, "projects">,
  organizationId: string,
  id: string,
): Promise<Project> {
  const project = await tx.projects.lock(organizationId, id);
  return requireProject(project?.archivedAt == null ? project : null, id);
}

/** Throws `invalid_input` for the field `projectId` if the organization has no such project, or if it is archived. */
export async function requireUsableProject(
  { store }: Store,
  organizationId: string,
  id: string,
): Promise<ProjectOverview> {
  const project = isId(id) ? await store.projects.find(organizationId, id) : null;
  if (project !== null) return project;
  throw new AppError(
    "invalid_input",
    `Project ${id.slice(0, 100)} was not found. It may have been deleted. Use another "projectId", or remove it.`,
    { field: "projectId" },
  );
}

function requireProject<T>(project: T | null, id: string): T {
  if (project !== null) return project;
  throw new AppError("not_found", `Project ${id} was not found.`);
}
