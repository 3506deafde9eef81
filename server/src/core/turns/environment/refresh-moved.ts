import { minuteMs, paths, reason } from "../../base/index.ts";
import { forgeOf, type Repository } from "../../forges/index.ts";
import {
  buildBranchOf,
  findActiveSnapshot,
  isOutdated,
  type Project,
  type ProjectSnapshot,
  refreshOnChange,
} from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";

const pageLength = 100;
/** Time for one project, so that a forge that does not respond does not delay the projects of others. */
const projectLimitMs = 2 * minuteMs;

/**
 * Requests a build if a base branch has moved since the project's environment was built, and if the project refreshes its
 * environment. Reads only the mirrors of the given repositories, which must be current. Returns true if a build was
 * requested.
 */
export async function refreshMoved(
  ports: Pick<TurnsPorts, "store" | "clock" | "git" | "settings">,
  project: Project,
  repositories: readonly Repository[],
  signal: AbortSignal,
): Promise<boolean> {
  if (!project.refreshesOnChange || project.archivedAt !== null) return false;
  const snapshot = await findActiveSnapshot(ports, project);
  const commitOf = (repository: Repository) => {
    const mirrorPath = paths.mirror(ports.settings.dataDir, repository.id);
    return ports.git.findCommit({ mirrorPath, ref: buildBranchOf(project, repository) }, signal);
  };
  return refreshOutdated(ports, { project, snapshot, repositories }, commitOf);
}

/** Position of a check of all projects. A check that is interrupted can continue there. */
export interface RefreshProgress {
  /** ID of the last checked project, or null. */
  afterId: string | null;
}

/**
 * Queries the forges for the base branches of each project that refreshes its environment, and requests a build where one
 * has moved. Continues with the next project if a forge fails or does not respond within two minutes. Returns the number
 * of requested builds. Throws the signal's reason if the signal aborts.
 */
export async function refreshMovedProjects(
  ports: TurnsPorts,
  progress: RefreshProgress,
  signal: AbortSignal,
  limitMs: number = projectLimitMs,
): Promise<number> {
  let requested = 0;
  for (;;) {
    const { afterId } = progress;
    const page: Project[] = await ports.store.projects.refreshing({ afterId, limit: pageLength });
    for (const project of page) {
      try {
        const within = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
        if (await checkProject(ports, project, within)) requested += 1;
      } catch (cause) {
        signal.throwIfAborted();
        ports.log.warn({ projectId: project.id, reason: reason(cause) }, "a project could not be checked");
      }
      progress.afterId = project.id;
    }
    if (page.length < pageLength) return requested;
  }
}

/** Checks the repositories from which a project's environment was built. Skips disabled repositories. */
async function checkProject(ports: TurnsPorts, project: Project, signal: AbortSignal): Promise<boolean> {
  const snapshot = await findActiveSnapshot(ports, project);
  const ids = Object.keys(snapshot?.origin?.commits ?? {});
  const found = await ports.store.repositories.findMany(project.organizationId, ids);
  const repositories = found.filter(({ enabledAt }) => enabledAt !== null);
  return refreshOutdated(ports, { project, snapshot, repositories }, async (repository) => {
    const remote = await (await forgeOf(ports, repository)).remote(repository);
    return ports.git.findRemoteCommit({ remote, branch: buildBranchOf(project, repository) }, signal);
  });
}

interface BuiltProject {
  readonly project: Project;
  readonly snapshot: ProjectSnapshot | null;
  readonly repositories: readonly Repository[];
}

async function refreshOutdated(
  ports: Pick<TurnsPorts, "store" | "clock">,
  { project, snapshot, repositories }: BuiltProject,
  commitOf: (repository: Repository) => Promise<string | null>,
): Promise<boolean> {
  if (snapshot === null) return false;
  const commits: Record<string, string> = {};
  for (const repository of repositories) {
    if (!(repository.id in (snapshot.origin?.commits ?? {}))) continue;
    const commit = await commitOf(repository);
    // A deleted branch cannot be built.
    if (commit !== null) commits[repository.id] = commit;
  }
  return isOutdated(snapshot, commits) && refreshOnChange(ports, project);
}
