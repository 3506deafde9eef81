import type { BuildRecipe, BuildTrigger } from "../build/project-build.ts";
import type { ProjectUser } from "../project.ts";

/** System that all layers but the highest one contain. */
export interface EnvironmentBase {
  /** Digest that changes with the content of the layers. */
  readonly identity: string;
  /** Reference from which missing layers can be fetched again, or null if only a build can make them. */
  readonly pinned: string | null;
  /** Variables of the system. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables of the repositories' dev shells, with their part of PATH. Missing in an environment that an earlier version built. */
  readonly devShell?: Readonly<Record<string, string>>;
  /** User of the sandboxes' programs. */
  readonly user: ProjectUser;
  /** Script that runs at each start of a sandbox, before the project's start script, or null. */
  readonly startScript: string | null;
  /** Ports that a session publishes once, before its services start. Missing in an environment that an earlier version built. */
  readonly ports?: readonly number[];
}

/** State of the inputs from which an environment was built. */
export interface EnvironmentOrigin {
  /** Commit of each repository's base branch, by repository ID. It is null for an empty repository. */
  readonly commits: Readonly<Record<string, string | null>>;
  /** See `buildFoundation`. */
  readonly foundation: string;
  /** Number of incremental builds that may follow until the next whole build. */
  readonly leftIncrements: number;
}

/** Result of a build: layers, lowest first, from which sandboxes of any size start. */
export interface Environment {
  /** See `buildIdentity`. */
  readonly identity: string;
  /** Digests of the layers, lowest first. The highest one contains the workspace and HOME. */
  readonly layers: readonly string[];
  /** System of the sandboxes, or null for the programs of the machine itself. */
  readonly base: EnvironmentBase | null;
  /** ID of the repository in each folder of the workspace that a repository was cloned into. */
  readonly directories: Readonly<Record<string, string>>;
  /** State of the inputs, or null for an environment that an earlier version built. */
  readonly origin: EnvironmentOrigin | null;
  readonly sizeBytes: number;
  /** Processor of the worker that built it. Programs that were compiled for it may not run on others. */
  readonly platform: { readonly architecture: string; readonly cpuFlags: readonly string[] };
}

/** A stored environment of a project. The newest one that is not broken is active. */
export interface ProjectSnapshot extends Environment {
  readonly id: string;
  readonly projectId: string;
  readonly name: string | null;
  readonly recipe: BuildRecipe;
  readonly trigger: BuildTrigger;
  readonly rebuildOf: string | null;
  readonly builtAt: Date;
  readonly buildDurationMs: number;
  /** Time since which the snapshot is pinned, so that it is never deleted automatically, or null. */
  readonly pinnedAt: Date | null;
  /** Reason why no sandbox can start from it, such as a damaged layer, or null. */
  readonly brokenReason: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface SnapshotOverview extends ProjectSnapshot {
  readonly isActive: boolean;
}
