import type { EnvironmentOrigin, ProjectSnapshot } from "../snapshot/project-snapshot.ts";
import type { ProjectBuild } from "./project-build.ts";

/** Number of incremental builds after which a whole build follows. */
const maxIncrements = 4;

export type PreviousEnvironment = Pick<ProjectSnapshot, "origin" | "platform">;

/**
 * True if a build may start from the project's active environment: it refreshes the environment, nothing but commits has
 * changed, the processor has the same architecture, and fewer than four incremental builds came before it. `isAfterFailure`
 * is true if an earlier attempt at the build or the project's previous build failed, because the active environment could
 * be the reason. Pure.
 */
export const decideIncrement = (
  build: Pick<ProjectBuild, "trigger"> & { readonly isAfterFailure: boolean },
  { foundation, architecture }: { readonly foundation: string; readonly architecture: string },
  previous: PreviousEnvironment,
): boolean =>
  build.trigger === "scheduled" &&
  !build.isAfterFailure &&
  previous.origin?.foundation === foundation &&
  previous.origin.leftIncrements > 0 &&
  previous.platform.architecture === architecture;

/**
 * Returns the number of incremental builds that may follow a build. `canRepeat` is false if a step has just
 * rejected an environment, or has not ended on top of it. The next refresh is then a whole build, too. Pure.
 */
export const countLeftIncrements = (
  previous: { readonly origin: EnvironmentOrigin | null } | null,
  canRepeat: boolean,
): number => {
  if (!canRepeat) return 0;
  return previous === null ? maxIncrements : (previous.origin?.leftIncrements ?? 1) - 1;
};
