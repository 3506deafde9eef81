import type { Repository } from "../../../forges/index.ts";
import type { Project } from "../project.ts";

/** Returns the branch of a repository from which a project's environment is built. Pure. */
export const buildBranchOf = (
  { baseBranches }: Pick<Project, "baseBranches">,
  { id, settings, defaultBranch }: Pick<Repository, "id" | "settings" | "defaultBranch">,
): string => baseBranches[id] ?? settings.baseBranch ?? defaultBranch;
