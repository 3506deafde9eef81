import { minuteMs } from "../../../base/index.ts";
import type { SessionsPorts } from "../../ports.ts";
import type { Project } from "../project.ts";
import { enqueueBuild } from "./request-build.ts";

/** Minimum time between two builds that sessions or pushes cause. */
const minAgeMs = 30 * minuteMs;

type Ports = Pick<SessionsPorts, "store" | "clock">;
type ProjectKey = Pick<Project, "organizationId" | "id">;

/**
 * Requests a build because the project's lockfiles or base branches have changed, if the project wishes it and no other build was
 * requested in the last 30 minutes. Returns true if a build was requested.
 */
export const refreshOnChange = (ports: Ports, project: ProjectKey) =>
  requestIf(ports, project, ({ refreshesOnChange }) => refreshesOnChange);

/** Requests a build if no other was requested in the last 30 minutes. Returns true if a build was requested. */
export const requestOccasionally = (ports: Ports, project: ProjectKey) =>
  requestIf(ports, project, () => true);

function requestIf(
  { store, clock }: Ports,
  { organizationId, id }: ProjectKey,
  isWanted: (project: Project) => boolean,
): Promise<boolean> {
  const at = clock.now();
  return store.transaction(async (tx) => {
    const project = await tx.projects.lock(organizationId, id);
    if (project === null || project.archivedAt !== null || !isWanted(project)) return false;
    const { items } = await tx.projectBuilds.list(id, { limit: 1 });
    const isRecent = items.some(({ createdAt }) => at.getTime() - createdAt.getTime() < minAgeMs);
    if (isRecent) return false;
    await enqueueBuild(tx, project, { trigger: "scheduled", at });
    return true;
  });
}
