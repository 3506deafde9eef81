import type { SandboxSize } from "@tembo/contract";
import type { SessionsPorts, SessionsQueries } from "../ports.ts";
import { requireUsableProject } from "./get-project.ts";
import type { Project } from "./project.ts";
import { fitSize, hasSize, requireSize } from "./project-size.ts";

export interface ProjectChoice {
  /** The session's project, or null for none. */
  readonly project: Project | null;
  readonly size: SandboxSize;
}

export interface WantedProject {
  /** ID of the requested project, null for none, or undefined for the default project. */
  readonly projectId: string | null | undefined;
  /** Requested size, or null for the default size. */
  readonly size: SandboxSize | null;
  /** Default size of the organization. */
  readonly defaultSize: SandboxSize;
  readonly repositoryIds: readonly string[];
}

/**
 * Returns the project and the size of a new session. Without a requested project, it is the default project for the
 * repositories, or otherwise for the size. Throws `invalid_input` if the requested project does not exist, is archived or
 * does not have the requested size.
 */
export async function chooseProject(
  { store }: Pick<SessionsPorts, "store">,
  organizationId: string,
  { projectId, size, defaultSize, repositoryIds }: WantedProject,
): Promise<ProjectChoice> {
  if (projectId === null) return { project: null, size: size ?? defaultSize };
  if (projectId !== undefined) {
    const project = await requireUsableProject({ store }, organizationId, projectId);
    if (size !== null) requireSize(project, size);
    return { project, size: size ?? fitSize(project.sizes, defaultSize) };
  }
  const ofRepositories =
    repositoryIds.length === 0
      ? []
      : await store.projects.defaultsForRepositories(organizationId, repositoryIds);
  const candidates = ofRepositories.filter((project) => size === null || hasSize(project, size));
  const project =
    decideDefault(candidates) ??
    (await store.projects.defaultsForSizes(organizationId)).get(size ?? defaultSize) ??
    null;
  return { project, size: size ?? (project === null ? defaultSize : fitSize(project.sizes, defaultSize)) };
}

/** Returns the project for each size for which one of the projects is the default. Pure. */
export const sizeDefaults = (projects: readonly Project[]): ReadonlyMap<SandboxSize, Project> =>
  new Map(projects.flatMap((project) => project.defaultForSizes.map((size) => [size, project] as const)));

/** Returns the project with the fewest repositories, or otherwise the first, or null if there are none. Pure. */
export function decideDefault(projects: readonly Project[]): Project | null {
  const counts = projects.map(({ repositoryIds }) => repositoryIds.length);
  return projects[counts.indexOf(Math.min(...counts))] ?? null;
}

/**
 * Returns the ID of a session's project if another session of the same size can use it, or null if it was archived or
 * changed its sizes.
 */
export async function usableProjectId(
  { projects }: Pick<SessionsQueries, "projects">,
  session: {
    readonly organizationId: string;
    readonly projectId: string | null;
    readonly sandboxSize: SandboxSize;
  },
): Promise<string | null> {
  if (session.projectId === null) return null;
  const project = await projects.find(session.organizationId, session.projectId);
  return project !== null && hasSize(project, session.sandboxSize) ? project.id : null;
}
