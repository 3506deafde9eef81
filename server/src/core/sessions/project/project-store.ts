import type { SandboxSize } from "@tembo/contract";
import type { CursorPage, Page } from "../../base/index.ts";
import type { Project } from "./project.ts";
import type { ProjectOverview } from "./project-overview.ts";

/** Queries for projects. Unless stated otherwise, they ignore archived projects. */
export interface ProjectQueries {
  /** Inserts a project. Throws `conflict` if the name is taken. */
  insert(project: Project): Promise<void>;
  /** Updates every field except the ID, the organization and the creation time. Throws `conflict` if the name is taken. */
  update(project: Project): Promise<void>;
  find(organizationId: string, id: string): Promise<ProjectOverview | null>;
  /** Returns the project, even if it is archived, and locks its row until the transaction ends. */
  lock(organizationId: string, id: string): Promise<Project | null>;
  /** Returns the project in any organization, even if it is archived. */
  get(id: string): Promise<Project>;
  /** Lists projects, newest first. */
  list(
    organizationId: string,
    filter: CursorPage & { readonly search?: string; readonly isDefault?: boolean },
  ): Promise<Page<ProjectOverview>>;
  count(organizationId: string): Promise<number>;
  /** True if any project of the organization has an environment. */
  hasSnapshot(organizationId: string): Promise<boolean>;
  /** Returns the projects that contain all of these repositories and are the default for repositories, oldest first. */
  defaultsForRepositories(organizationId: string, repositoryIds: readonly string[]): Promise<Project[]>;
  /** Returns the projects that refresh their environment and build it from this repository, oldest first. */
  refreshingWith(organizationId: string, repositoryId: string): Promise<Project[]>;
  /**
   * Returns the project that refreshes its environment and whose base branches were compared with the forge longest ago,
   * but before `before`, or null. Leaves out the projects of some organizations.
   */
  nextToCheck(filter: {
    readonly before: Date;
    readonly exceptOrganizationIds: readonly string[];
  }): Promise<Project | null>;
  /** Stores that the project's base branches were compared with the forge. */
  setChecked(id: string, at: Date): Promise<void>;
  /** Returns the default project for each size that has one. */
  defaultsForSizes(organizationId: string): Promise<ReadonlyMap<SandboxSize, Project>>;
  /** Removes the sizes from the defaults of all projects except `exceptId`. */
  clearDefaults(
    organizationId: string,
    sizes: readonly SandboxSize[],
    change: { readonly exceptId: string | null; readonly at: Date },
  ): Promise<void>;
}
