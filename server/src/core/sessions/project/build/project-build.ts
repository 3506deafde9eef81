import type { ProjectSize } from "@tembo/contract";
import type { Project } from "../project.ts";

/** A job that makes an environment of a project. */
export interface ProjectBuild {
  readonly id: string;
  readonly projectId: string;
  readonly trigger: BuildTrigger;
  /** Size of the sandbox in which the build runs. The environment serves all sizes. */
  readonly size: ProjectSize;
  readonly recipe: BuildRecipe;
  /** ID of the snapshot whose recipe the build repeats, or null. */
  readonly rebuildOf: string | null;
  /** Hash of everything that the result depends on (see `buildIdentity`), or null until it is known. */
  readonly identity: string | null;
  readonly progress: BuildProgress | null;
  readonly state: BuildState;
  readonly createdAt: Date;
}

export type BuildTrigger = "manual" | "scheduled" | "rebuild";

export type BuildState =
  | { readonly status: "pending" }
  | {
      readonly status: "running";
      /** Number of the attempt. A new attempt fences off earlier ones. */
      readonly attempt: number;
      readonly workerId: string;
      readonly startedAt: Date;
    }
  | {
      readonly status: "completed";
      readonly startedAt: Date;
      readonly endedAt: Date;
      /** ID of the snapshot that the build made, or of an existing one with the same identity. */
      readonly snapshotId: string;
    }
  | { readonly status: "failed"; readonly startedAt: Date; readonly endedAt: Date; readonly failure: string }
  | {
      readonly status: "cancelled";
      /** Start of the first attempt, or null if there was none. */
      readonly startedAt: Date | null;
      readonly endedAt: Date;
    };

export interface BuildProgress {
  readonly phase: string | null;
  readonly message: string | null;
  /** Number from 0 to 100, or null if it is unknown. */
  readonly percent: number | null;
  readonly updatedAt: Date;
}

/** The settings of a project that determine its environment, as of the build. */
export type BuildRecipe = Pick<
  Project,
  | "source"
  | "repositoryIds"
  | "baseBranches"
  | "setupScript"
  | "installsDependencies"
  | "includesSkills"
  | "user"
  | "allowsContainers"
>;

export function recipeOf(project: Project): BuildRecipe {
  const { source, repositoryIds, baseBranches, setupScript } = project;
  const { installsDependencies, includesSkills, user, allowsContainers } = project;
  return {
    ...{ source, repositoryIds, baseBranches, setupScript },
    ...{ installsDependencies, includesSkills, user, allowsContainers },
  };
}

/**
 * Proof that an attempt holds a build. A write that includes the lease throws `fenced` if the build has ended, was
 * canceled or is held by a later attempt.
 */
export interface BuildLease {
  readonly buildId: string;
  readonly attempt: number;
}
