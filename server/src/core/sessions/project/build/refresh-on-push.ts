import type { Repository } from "../../../forges/index.ts";
import type { SessionsPorts } from "../../ports.ts";
import { findActiveSnapshot } from "../snapshot/find-active-snapshot.ts";
import type { ProjectSnapshot } from "../snapshot/project-snapshot.ts";
import { buildBranchOf } from "./build-branch.ts";
import { refreshOnChange } from "./refresh-on-change.ts";

/**
 * Requests a build of each project that refreshes its environment and builds it from this branch, unless the environment
 * already contains the commit. Applies the limits of `refreshOnChange`. Returns the names of the projects to build.
 */
export async function refreshOnPush(
  ports: Pick<SessionsPorts, "store" | "clock">,
  repository: Repository,
  { branch, sha }: { readonly branch: string; readonly sha: string },
): Promise<string[]> {
  const { id, organizationId } = repository;
  const names: string[] = [];
  for (const project of await ports.store.projects.refreshingWith(organizationId, id)) {
    if (buildBranchOf(project, repository) !== branch) continue;
    if (!isOutdated(await findActiveSnapshot(ports, project), { [id]: sha })) continue;
    if (await refreshOnChange(ports, project)) names.push(project.name);
  }
  return names;
}

/** True if there is no environment, or if it was not built from one of these commits of its base branches. Pure. */
export const isOutdated = (
  snapshot: Pick<ProjectSnapshot, "origin"> | null,
  commits: Readonly<Record<string, string | null>>,
): boolean => Object.entries(commits).some(([id, commit]) => snapshot?.origin?.commits[id] !== commit);
