import type { EnvironmentOrigin, ProjectSnapshot } from "../snapshot/project-snapshot.ts";
import type { ProjectBuild } from "./project-build.ts";

/** Number of incremental builds after which a whole build follows. */
const maxIncrements = 4;

export type PreviousEnvironment = Pick<ProjectSnapshot, "origin" | "platform">;

export type IncrementDecision =
  | "incremental"
  /** A whole build. Incremental builds may follow. */
  | "whole"
  /** A whole build instead of an incremental one, because an earlier one failed. */
  | "wholeAfterFailure";

/**
 * Decides whether a build starts from the project's active environment. This requires that the build refreshes the
 * environment, that nothing but commits has changed, that the processor has the same architecture, and that fewer than four
 * incremental builds came before it. `isAfterFailure` is true if an earlier attempt at the build or the project's previous
 * build failed, because the active environment could be the reason. Pure.
 */
export function decideIncrement(
  { trigger, isAfterFailure }: Pick<ProjectBuild, "trigger"> & { readonly isAfterFailure: boolean },
  { foundation, architecture }: { readonly foundation: string; readonly architecture: string },
  previous: PreviousEnvironment,
): IncrementDecision {
  const isPossible =
    trigger === "scheduled" &&
    previous.origin?.foundation === foundation &&
    previous.origin.leftIncrements > 0 &&
    previous.platform.architecture === architecture;
  if (!isPossible) return "whole";
  return isAfterFailure ? "wholeAfterFailure" : "incremental";
}

/**
 * Returns the number of incremental builds that may follow a build. `canRepeat` is false for a whole build that replaces a
 * failed incremental one, because the next one could fail in the same way. The next refresh is then whole, too. Pure.
 */
export const countLeftIncrements = (
  previous: { readonly origin: EnvironmentOrigin | null } | null,
  canRepeat: boolean,
): number => {
  if (!canRepeat) return 0;
  return previous === null ? maxIncrements : (previous.origin?.leftIncrements ?? 1) - 1;
};
