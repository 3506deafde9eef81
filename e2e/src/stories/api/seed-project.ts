import { randomUUID } from "node:crypto";
import type { Edge } from "../../support/api-edge.ts";

let projects = 0;

/**
 * Seeds a project with a variable, a schedule and a build that does not end. Inserts a snapshot into the database, as if a build had
 * made it. The schedule does not request a build during the tests.
 */
export async function aProject(edge: Edge) {
  const { project, jobIds } = await edge.client.projects.create({
    name: `Project ${++projects}`,
    sizes: ["micro"],
    setupScript: "sleep 600",
    schedule: { cron: "0 0 1 1 *" },
    runNow: true,
  });
  const secrets = [{ key: "TOKEN", value: "hidden-value" }];
  await edge.client.projects.environmentVariables.create(project.id, { secrets });
  const schedules = await edge.client.projects.schedules.list(project.id);
  const snapshotId = randomUUID();
  await edge.pool.query(
    `insert into project_snapshots (id, project_id, recipe, trigger, identity, layers, directories, size_bytes, platform,
       built_at, build_duration_ms, created_at, updated_at)
     select $1, project_id, recipe, trigger, 'seeded', '{}', '{}', 1, '{}', now(), 1, now(), now()
     from project_builds where id = $2`,
    [snapshotId, jobIds[0]],
  );
  return {
    projectId: project.id,
    buildId: jobIds[0]!,
    snapshotId,
    key: "TOKEN",
    projectScheduleId: schedules.items[0]!.id,
  };
}
