import type { BuildState } from "./build/project-build.ts";
import type { Project } from "./project.ts";

/** A project with its active environment and its newest build. */
export interface ProjectOverview extends Project {
  /** Newest environment that can be used, or null. */
  readonly activeSnapshot: { readonly id: string; readonly builtAt: Date } | null;
  readonly lastBuild: {
    readonly id: string;
    readonly status: BuildState["status"];
    readonly createdAt: Date;
  } | null;
}
