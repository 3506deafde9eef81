import { getOrganization } from "../../accounts/index.ts";
import { paths, reason } from "../../base/index.ts";
import { decideDepth, forgeOf, type Repository } from "../../forges/index.ts";
import {
  buildBranchOf,
  findActiveSnapshot,
  isOutdated,
  type Project,
  refreshOnChange,
} from "../../sessions/index.ts";
import type { TurnsPorts } from "../ports.ts";

const pageLength = 100;

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
  if (snapshot === null) return false;
  const commits: Record<string, string> = {};
  for (const repository of repositories) {
    if (!(repository.id in (snapshot.origin?.commits ?? {}))) continue;
    const mirrorPath = paths.mirror(ports.settings.dataDir, repository.id);
    const commit = await ports.git.findCommit(
      { mirrorPath, ref: buildBranchOf(project, repository) },
      signal,
    );
    // A deleted branch cannot be built.
    if (commit !== null) commits[repository.id] = commit;
  }
  return isOutdated(snapshot, commits) && refreshOnChange(ports, project);
}

/**
 * Fetches the repositories of each project that refreshes its environment, and requests a build where a base branch has
 * moved. Continues with the next project if a repository cannot be fetched. Returns the number of requested builds.
 * Throws the signal's reason if the signal aborts.
 */
export async function refreshMovedProjects(ports: TurnsPorts, signal: AbortSignal): Promise<number> {
  let requested = 0;
  for (let afterId: string | null = null; ; ) {
    const page: Project[] = await ports.store.projects.refreshing({ afterId, limit: pageLength });
    for (const project of page) {
      try {
        if (await refreshMoved(ports, project, await fetchRepositories(ports, project, signal), signal))
          requested += 1;
      } catch (cause) {
        signal.throwIfAborted();
        ports.log.warn({ projectId: project.id, reason: reason(cause) }, "a project could not be checked");
      }
    }
    if (page.length < pageLength) return requested;
    afterId = page.at(-1)!.id;
  }
}

/** Fetches the mirrors of the repositories from which a project's environment was built. Skips disabled repositories. */
async function fetchRepositories(
  ports: TurnsPorts,
  { organizationId, ...project }: Project,
  signal: AbortSignal,
): Promise<Repository[]> {
  const snapshot = await findActiveSnapshot(ports, { organizationId, id: project.id });
  const ids = Object.keys(snapshot?.origin?.commits ?? {});
  const { settings } = await getOrganization(ports.store, organizationId);
  const repositories = (await ports.store.repositories.findMany(organizationId, ids)).filter(
    ({ enabledAt }) => enabledAt !== null,
  );
  for (const repository of repositories)
    await ports.git.fetchMirror(
      {
        mirrorPath: paths.mirror(ports.settings.dataDir, repository.id),
        remote: await (await forgeOf(ports, repository)).remote(repository),
        depth: decideDepth(settings.cloneDepth),
      },
      signal,
    );
  return repositories;
}
