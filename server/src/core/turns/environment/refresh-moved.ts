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

/** Time for one project, so that a forge that does not respond does not delay the other projects. */
const projectLimitMs = 2 * minuteMs;
/** Time for all projects of an organization, so that they do not take the time of other organizations. */
const organizationLimitMs = 10 * minuteMs;

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

/** Progress of a check of all projects. A check that is interrupted can continue there. */
export interface RefreshProgress {
  readonly startedAt: Date;
  /** Time that the check has spent on each organization, in milliseconds, by its ID. */
  readonly spentMs: Map<string, number>;
}

export const startRefresh = ({ clock }: Pick<TurnsPorts, "clock">): RefreshProgress => ({
  startedAt: clock.now(),
  spentMs: new Map(),
});

/**
 * Queries the forges for the base branches of each project that refreshes its environment, and requests a build where one
 * has moved. Starts with the project that was checked longest ago. Continues with the next project if a forge fails or does
 * not respond within two minutes. Leaves the remaining projects of an organization to the next check after ten minutes.
 * Returns the number of requested builds. Throws the signal's reason if the signal aborts.
 */
export async function refreshMovedProjects(
  ports: TurnsPorts,
  progress: RefreshProgress,
  signal: AbortSignal,
  limitMs: number = projectLimitMs,
): Promise<number> {
  const { startedAt: before, spentMs } = progress;
  let requested = 0;
  for (;;) {
    const spent = [...spentMs].filter(([, ms]) => ms >= organizationLimitMs);
    const exceptOrganizationIds = spent.map(([id]) => id);
    const project = await ports.store.projects.nextToCheck({ before, exceptOrganizationIds });
    if (project === null) return requested;
    const startedAtMs = ports.clock.now().getTime();
    if (await tryCheck(ports, project, signal, limitMs)) requested += 1;
    const endedAtMs = ports.clock.now().getTime();
    const { id, organizationId } = project;
    spentMs.set(organizationId, (spentMs.get(organizationId) ?? 0) + endedAtMs - startedAtMs);
    // Not earlier than the start of the check, although the clock may go back, so that each project has only one turn.
    await ports.store.projects.setChecked(id, new Date(Math.max(endedAtMs, before.getTime())));
  }
}

/** Returns true if a build was requested. A failure only causes a warning, unless the signal aborts. */
async function tryCheck(
  ports: TurnsPorts,
  project: Project,
  signal: AbortSignal,
  limitMs: number,
): Promise<boolean> {
  try {
    return await checkProject(ports, project, AbortSignal.any([signal, AbortSignal.timeout(limitMs)]));
  } catch (cause) {
    signal.throwIfAborted();
    ports.log.warn({ projectId: project.id, reason: reason(cause) }, "a project could not be checked");
    return false;
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

/** Requests a build at the first repository whose base branch has moved. */
async function refreshOutdated(
  ports: Pick<TurnsPorts, "store" | "clock">,
  { project, snapshot, repositories }: BuiltProject,
  commitOf: (repository: Repository) => Promise<string | null>,
): Promise<boolean> {
  if (snapshot === null) return false;
  for (const repository of repositories) {
    if (!(repository.id in (snapshot.origin?.commits ?? {}))) continue;
    const commit = await commitOf(repository);
    // A deleted branch cannot be built.
    if (commit !== null && isOutdated(snapshot, { [repository.id]: commit }))
      return refreshOnChange(ports, project);
  }
  return false;
}
