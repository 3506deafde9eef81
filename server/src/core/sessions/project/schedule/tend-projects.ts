import type { SessionsPorts } from "../../ports.ts";
import { failLostBuilds } from "../build/claim-build.ts";
import { enqueueBuild } from "../build/request-build.ts";
import { expressionOf } from "./change-schedules.ts";
import type { ProjectSchedule } from "./project-schedule.ts";

const maxAtOnce = 50;

type Ports = Pick<SessionsPorts, "store" | "clock" | "cron">;

/**
 * Performs the periodic work for projects: requests a build for each due schedule, up to 50 per call, and fails builds
 * whose workers died. Several servers may call this concurrently. A schedule that missed several times requests one
 * build.
 */
export async function tendProjects(ports: Ports): Promise<void> {
  for (const schedule of await ports.store.projectSchedules.due(ports.clock.now(), maxAtOnce))
    await fire(ports, schedule);
  await failLostBuilds(ports);
}

async function fire({ store, clock, cron }: Ports, schedule: ProjectSchedule): Promise<void> {
  const { nextRunAt } = schedule;
  if (nextRunAt === null) return;
  const at = clock.now();
  const next = cron.next(expressionOf(schedule), at);
  const { organizationId } = await store.projects.get(schedule.projectId);
  await store.transaction(async (tx) => {
    const project = await tx.projects.lock(organizationId, schedule.projectId);
    if (project === null || project.archivedAt !== null) return;
    const to = { lastRunAt: at, nextRunAt: next };
    if (!(await tx.projectSchedules.advance(schedule.id, nextRunAt, to))) return;
    await enqueueBuild(tx, project, { trigger: "scheduled", at });
  });
}
