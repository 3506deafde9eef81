import assert from "node:assert/strict";
import type { ProjectBuild } from "@tembo/contract";
import { buildOf, logOf, pushedRepository } from "../stories/projects/run-build.ts";
import { nextTurn, sessionWith } from "../stories/projects/run-session.ts";
import { startEdge } from "../support/api-edge.ts";
import { type Files, reachingLoopback } from "../support/index.ts";
import { startDebianRegistry } from "./debian-image.ts";

const buildLimitMs = 15 * 60_000;
let names = 0;

/** Starts a world whose projects use an image of Debian from a registry. */
export async function openEnvironments() {
  await using cleanup = new AsyncDisposableStack();
  const registry = await startDebianRegistry();
  cleanup.defer(registry.close);
  const edge = await startEdge({ env: reachingLoopback });
  cleanup.defer(edge.close);

  /** Requests a build, or takes a requested one, and returns it with its log at its end. */
  async function ended(projectId: string, jobId?: string) {
    const build = await buildOf(edge, projectId, jobId, buildLimitMs);
    return { ...build, log: await logOf(edge, projectId, build.id) };
  }

  const owned = cleanup.move();
  return {
    edge,
    ended,
    /** Creates a repository of this name with the files, and a project with it on the image. */
    projectOf: async (name: string, files: Files, settings: object) => {
      const repository = await pushedRepository(edge, `environments-${++names}/${name}`, files);
      const { project } = await edge.client.projects.create({
        name: `${name} ${names}`,
        sizes: ["micro"],
        codeRepositoryIds: [repository.id],
        source: { kind: "image", reference: registry.reference },
        ...settings,
      });
      return { repository, project };
    },
    /** Builds a project. Fails, with the log, if the build does not complete. Returns a summary with the time and the size. */
    build: async (projectId: string) => {
      const build = await ended(projectId);
      assert.equal(build.status, "completed", `${build.failure}\n${build.log}`);
      const { items } = await edge.client.projects.snapshots.list(projectId);
      const snapshot = items.find(({ id }) => id === build.snapshotId);
      const megabytes = Math.ceil(Number(snapshot?.sizeBytes) / 1024 ** 2);
      return { ...build, summary: `${describeTime(build)}, setup layer ${megabytes} MiB` };
    },
    /** Starts a session whose agent runs one command. Returns its ID, the command's output and the events. */
    session: (command: string, body: object) => sessionWith(edge, command, body),
    /** Sends the second message of a session, whose agent runs one command. Returns the command's output. */
    nextTurn: (id: string, command: string) => nextTurn(edge, id, command),
    close: () => owned.disposeAsync(),
  };
}

/** Describes the duration of a build that has ended. */
export function describeTime({
  startedAt,
  completedAt,
}: Pick<ProjectBuild, "startedAt" | "completedAt">): string {
  const ms = Date.parse(completedAt ?? "") - Date.parse(startedAt ?? "");
  return `built in ${(ms / 1_000).toFixed(1)} s`;
}

export type Environments = Awaited<ReturnType<typeof openEnvironments>>;
