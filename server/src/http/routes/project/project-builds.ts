import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import type { Ports } from "../../../core/ports.ts";
import {
  cancelBuild,
  deleteSnapshot,
  getBuild,
  getProject,
  getSnapshot,
  readBuildLog,
  requestBuild,
  updateSnapshot,
} from "../../../core/sessions/index.ts";
import { openStreamsOf } from "../../live/open-streams.ts";
import { logFrame, serveStream } from "../../live/serve-stream.ts";
import { route } from "../../route.ts";
import { buildView, snapshotView } from "./project-view.ts";

/** Serves the builds of projects, their logs and the environments that they make. */
export function projectBuildRoutes(app: FastifyInstance, ports: Ports): void {
  const { store } = ports;
  const streams = openStreamsOf(app);

  route(app, operations.projectBuildList, async ({ organizationId, params, query }) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    const { items, nextCursor } = await store.projectBuilds.list(id, toPage(query));
    const now = ports.clock.now();
    return { items: items.map((build) => buildView(build, now)), nextCursor };
  });

  route(app, operations.projectBuildCreate, async ({ organizationId, params, body }) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    const { sizes, snapshotId } = body;
    const buildId = await requestBuild(
      ports,
      { organizationId, id },
      { ...(sizes !== undefined && { sizes }), ...(snapshotId !== undefined && { snapshotId }) },
    );
    return { jobIds: [buildId] };
  });

  route(app, operations.projectBuildRetrieve, async ({ organizationId, params }) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    const build = await getBuild(ports, id, params.buildId);
    return { ...buildView(build, ports.clock.now()), logs: await readBuildLog(ports, build.id) };
  });

  route(app, operations.projectBuildLogStream, async ({ organizationId, params, headers, raw }, reply) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    const build = await getBuild(ports, id, params.buildId);
    const afterSeq = headers["last-event-id"] ?? 0;
    return serveStream(ports, streams, [raw, reply], {
      sessionId: null,
      follow: (signal) => store.followBuildLog(build.id, afterSeq, signal),
      frame: logFrame,
    });
  });

  route(app, operations.projectBuildCancel, async ({ organizationId, params }) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    await cancelBuild(ports, id, params.buildId);
    return { id: params.buildId.toLowerCase(), cancelled: true as const };
  });

  route(app, operations.projectSnapshotList, async ({ organizationId, params, query }) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    const { items, nextCursor } = await store.projectSnapshots.list(id, toPage(query));
    return { items: items.map(snapshotView), nextCursor };
  });
  route(app, operations.projectSnapshotRetrieve, async ({ organizationId, params }) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    return snapshotView(await getSnapshot(ports, id, params.snapshotId));
  });
  route(app, operations.projectSnapshotUpdate, async ({ organizationId, params, body }) => {
    const { id: projectId } = await getProject(ports, organizationId, params.projectId);
    const change = {
      ...(body.name !== undefined && { name: body.name }),
      ...(body.pinned !== undefined && { isPinned: body.pinned }),
    };
    return snapshotView(await updateSnapshot(ports, { projectId, id: params.snapshotId }, change));
  });
  route(app, operations.projectSnapshotDelete, async ({ organizationId, params }) => {
    const { id } = await getProject(ports, organizationId, params.projectId);
    await deleteSnapshot(ports, id, params.snapshotId);
    // No job is needed: a worker removes layers when its disk needs the space.
    return { id: params.snapshotId.toLowerCase(), deleted: true as const, cleanupJobCount: 0 };
  });
}

const toPage = ({ limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined }) => ({
  limit,
  ...(cursor !== undefined && { cursor }),
});
