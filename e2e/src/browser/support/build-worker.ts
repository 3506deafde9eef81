import assert from "node:assert/strict";
import pg from "pg";
import { newId } from "../../../../server/src/core/base/index.ts";
import {
  type BuildProgress,
  type claimBuild,
  completeBuild,
  openBuildLog,
  type Project,
} from "../../../../server/src/core/sessions/index.ts";
import { createStore } from "../../../../server/src/store/create-store.ts";
import { anEnvironment } from "../../../../server/src/testing/seed-project.ts";
import { databaseUrl } from "../../support/api-edge.ts";
import type { World } from "../../support/index.ts";

const HOUR_MS = 3_600_000;

/**
 * Performs builds with scripted output, so that stories can show each state of a build for as long as they need. Starts
 * each build itself, so the world's worker does not claim it.
 */
export async function openBuildWorker(world: World) {
  const pool = new pg.Pool({ connectionString: databaseUrl(world.dataDir), max: 2 });
  const clock = { now: () => new Date() };
  const log = { info() {}, warn() {}, error() {} };
  const { store, close } = createStore({ pool, log, clock, repositoryKey: (url) => url });
  const ports = { store, clock };
  const { orgId } = await world.client.me.retrieve();

  return {
    /** Starts a build of the project. The project has no other build that is pending or running. */
    start: async (projectId: string) => {
      const project = await store.projects.find(orgId!, projectId);
      assert.ok(project !== null);
      const build = buildOf(project, clock.now());
      const claimed = await store.transaction(async (tx) => {
        await tx.projectBuilds.insert(build);
        const at = clock.now();
        const found = await tx.projectBuilds.claim({
          workerId: "story",
          maxAttempts: 1,
          at,
          staleBefore: new Date(0),
        });
        assert.equal(found?.build.id, build.id);
        // The world's worker takes over builds without heartbeats.
        await tx.projectBuilds.heartbeat(found.lease, { at: new Date(at.getTime() + HOUR_MS) });
        return found;
      });
      return actionsOf(claimed);
    },
    close: async () => {
      await close();
      await pool.end();
    },
  };

  function actionsOf(claimed: NonNullable<Awaited<ReturnType<typeof claimBuild>>>) {
    const { lease } = claimed;
    const output = openBuildLog(ports, lease, []);
    return {
      id: claimed.build.id,
      print: (text: string) => output.append(text),
      report: (progress: Omit<BuildProgress, "updatedAt">) => {
        const at = new Date(clock.now().getTime() + HOUR_MS);
        return store.projectBuilds.heartbeat(lease, {
          at,
          progress: { ...progress, updatedAt: clock.now() },
        });
      },
      complete: (sizeBytes = 713_000_000) => completeBuild(ports, claimed, { ...anEnvironment(), sizeBytes }),
      fail: (failure: string) => store.projectBuilds.end(lease, { status: "failed", failure }, clock.now()),
    };
  }
}

function buildOf(project: Project, at: Date) {
  const { source, repositoryIds, baseBranches, setupScript, user } = project;
  const { installsDependencies, includesSkills, allowsContainers } = project;
  return {
    id: newId(at.getTime()),
    projectId: project.id,
    trigger: "manual",
    size: "medium",
    recipe: {
      ...{ source, repositoryIds, baseBranches, setupScript, user },
      ...{ installsDependencies, includesSkills, allowsContainers },
    },
    rebuildOf: null,
    identity: null,
    progress: null,
    state: { status: "pending" },
    createdAt: at,
  } as const;
}

export type BuildWorker = Awaited<ReturnType<typeof openBuildWorker>>;
