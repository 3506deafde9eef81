import { minuteMs } from "../../../base/index.ts";
import type { SessionsPorts } from "../../ports.ts";
import type { Project } from "../project.ts";
import { enqueueBuild } from "./request-build.ts";

/** Minimum time between two builds that changes cause. */
const minAgeMs = 30 * minuteMs;

/**
 * Requests a build because the project's repositories have changed, if the project wishes it and no other build was
 * requested in the last 30 minutes. Returns true if a build was requested.
 */
export function refreshOnChange(
  { store, clock }: Pick<SessionsPorts, "store" | "clock">,
  { organizationId, id }: Pick<Project, "organizationId" | "id">,
): Promise<boolean> {
  const at = clock.now();
  return store.transaction(async (tx) => {
    const project = await tx.projects.lock(organizationId, id);
    if (project === null || project.archivedAt !== null || !project.refreshesOnChange) return false;
    const { items } = await tx.projectBuilds.list(id, { limit: 1 });
    const isRecent = items.some(({ createdAt }) => at.getTime() - createdAt.getTime() < minAgeMs);
    if (isRecent) return false;
    await enqueueBuild(tx, project, { trigger: "scheduled", at });
    return true;
  });
}
