import assert from "node:assert/strict";
import type { Ports } from "../core/ports.ts";
import {
  claimBuild,
  completeBuild,
  createProject,
  openBuildLog,
  requestBuild,
  setVariables,
} from "../core/sessions/index.ts";

/** IDs of a project and of what belongs to it. `buildId` is the ID of a pending build. */
export interface SeededProject {
  readonly projectId: string;
  readonly snapshotId: string;
  readonly buildId: string;
  readonly scheduleId: string;
  /** Key of a variable. */
  readonly key: string;
}

/** Seeds a project with a variable, a schedule, a completed build with a log, its snapshot and a pending build. */
export async function seedProject(
  ports: Pick<Ports, "store" | "settings" | "clock" | "cron" | "vault">,
  organizationId: string,
  repositoryIds: readonly string[] = [],
): Promise<SeededProject> {
  const { project } = await createProject(
    ports,
    organizationId,
    { name: "ours", sizes: ["micro", "medium"], repositoryIds },
    { schedule: { cron: "0 0 1 1 *" }, isBuilt: true },
  );
  const place = { organizationId, id: project.id };
  const key = "OURS";
  await setVariables(ports, place, [{ key, value: "sesame-46" }]);
  const claimed = await claimBuild(ports, "worker");
  assert.ok(claimed !== null);
  await openBuildLog(ports, claimed.lease, []).append("built\n");
  const snapshotId = await completeBuild(ports, claimed, anEnvironment());
  const schedule = await ports.store.projectSchedules.oldest(project.id);
  return {
    projectId: project.id,
    snapshotId,
    buildId: await requestBuild(ports, place, {}),
    scheduleId: schedule!.id,
    key,
  };
}

export const anEnvironment = () => ({
  identity: "a".repeat(64),
  layers: [`sha256:${"b".repeat(64)}`],
  base: null,
  directories: {},
  origin: { commits: {}, foundation: "c".repeat(64), leftIncrements: 4 },
  sizeBytes: 1_000,
  platform: { architecture: "x64", cpuFlags: ["avx2"] },
});

/** Returns an environment that was built from these commits, by repository ID. */
export const anEnvironmentOf = (commits: Readonly<Record<string, string>>) => {
  const environment = anEnvironment();
  return { ...environment, origin: { ...environment.origin, commits } };
};
