import type { ProjectSize, SandboxSize } from "@tembo/contract";

/** How the sandboxes of a group of sessions are prepared. */
export interface Project {
  readonly id: string;
  readonly organizationId: string;
  /** Unique among the organization's projects that are not archived, ignoring case. */
  readonly name: string;
  readonly description: string | null;
  readonly icon: string;
  readonly color: string;
  /** Sandbox sizes that sessions may choose. */
  readonly sizes: readonly ProjectSize[];
  /** Sizes for which the project is the organization's default. */
  readonly defaultForSizes: readonly SandboxSize[];
  readonly repositoryIds: readonly string[];
  /** Branch from which the environment and sessions start, by repository ID. */
  readonly baseBranches: Readonly<Record<string, string>>;
  readonly source: ProjectSource;
  /** Shell script that a build runs once. */
  readonly setupScript: string | null;
  /** Shell script that runs at each start of a sandbox. */
  readonly startScript: string | null;
  readonly agentInstructions: string | null;
  readonly services: readonly ProjectService[];
  /** User that runs programs. `root` has no privileges outside the sandbox. */
  readonly user: ProjectUser;
  readonly allowsContainers: boolean;
  readonly installsDependencies: boolean;
  readonly includesSkills: boolean;
  /** True if machines keep a copy of the environment ready for the next session. The API's name is `warmPoolEnabled`. */
  readonly keepsWarm: boolean;
  /** True if a changed lockfile or a push to a base branch causes a build. */
  readonly refreshesOnChange: boolean;
  /** True if sessions use this project when all of their repositories belong to it. */
  readonly isDefaultForRepositories: boolean;
  /** Labels that a machine must have to run the project's sessions and builds. */
  readonly runsOn: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Time of the deletion, or null. The record remains for the project's sessions. */
  readonly archivedAt: Date | null;
}

export type ProjectUser = "user" | "root";

/** Credential of a registry, which only the server uses. A source has both fields or neither. */
interface RegistryAccess {
  /** Host of the only registry that receives the credential. A file of the repository must not choose it. */
  readonly registry?: string;
  /** Key of the organization's secret. */
  readonly registrySecret?: string;
}

/** System on which a build is based. */
export type ProjectSource =
  /** The worker's own system. */
  | { readonly kind: "machine" }
  | { readonly kind: "image"; readonly reference: string; readonly registrySecret?: string }
  | ({
      readonly kind: "dockerfile";
      readonly repositoryId: string;
      readonly path: string;
      readonly target?: string;
      readonly args?: Readonly<Record<string, string>>;
    } & RegistryAccess)
  | ({
      readonly kind: "devcontainer";
      readonly repositoryId: string;
      readonly path?: string;
    } & RegistryAccess);

/** A program that runs in the sandbox beside the harness. */
export interface ProjectService {
  readonly name: string;
  readonly command: string;
  /** Check for readiness, or null if the service is ready when it has started. */
  readonly ready: { readonly tcp: number } | { readonly command: string } | null;
  /** User that runs the service. Defaults to the project's user. */
  readonly user?: ProjectUser;
}

/** The fields of a project that a list of sessions shows. */
export type ProjectLabel = Pick<Project, "id" | "name" | "icon" | "color">;

/** Editable fields of a project. */
export type ProjectFields = Omit<
  Project,
  "id" | "organizationId" | "defaultForSizes" | "createdAt" | "updatedAt" | "archivedAt"
>;
