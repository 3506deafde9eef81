import { dayMs, runWithRetries, withLimit } from "../../base/index.ts";
import { deleteUnusedAttachments, expireSessions, expireSnapshots } from "../../sessions/index.ts";
import { purgeSession, refreshMovedProjects, startRefresh } from "../../turns/index.ts";
import type { JobContext } from "../job/job-context.ts";

const keptDays = 14;
const limitMs = 60 * 60_000;
const maxPurged = 500;

/**
 * Deletes old data:
 * - after 14 days: incoming and outgoing deliveries, notifications, harness protocol logs, the engine's records of ended jobs and
 *   turns, and builds of projects with their logs, except each project's newest build
 * - after a day: stored responses of idempotent requests
 * - audit events and unchanged sessions past their retention times; sessions in a step of their own, because there may be many
 * - unused attachments
 * - unused snapshots of projects (see `decideExpired`)
 * - after a day: saved layers that no environment needs
 * - after a day: blobs that nothing refers to
 *
 * Also removes the data of sessions that were deleted at least a day ago, if it remains, and requests builds of projects whose base branches have moved.
 */
export async function cleanUp({ ports, tools }: Pick<JobContext, "ports" | "tools">): Promise<void> {
  await runWithRetries({ tools, log: ports.log }, "clean up", async () => {
    const before = new Date(ports.clock.now().getTime() - keptDays * dayMs);
    const deliveries = await ports.store.deliveries.deleteBefore(before);
    const outgoing = await ports.store.outgoing.deleteBefore(before);
    const notifications = await ports.store.notifications.deleteBefore(before);
    const recordings = await ports.store.protocolLog.deleteBefore(before);
    const requests = await ports.store.idempotency.deleteBefore(
      new Date(ports.clock.now().getTime() - dayMs),
    );
    const auditEvents = await expireAuditEvents(ports);
    const workflows = await tools.forgetEnded(before);
    const attachments = await deleteUnusedAttachments(ports);
    const snapshots = await expireSnapshots(ports);
    const builds = await ports.store.projectBuilds.deleteBefore(before);
    const layers = await ports.store.savedLayers.deleteUnused(new Date(ports.clock.now().getTime() - dayMs));
    ports.log.info(
      {
        deliveries,
        outgoing,
        notifications,
        recordings,
        requests,
        auditEvents,
        workflows,
        attachments,
        snapshots,
        builds,
        layers,
      },
      "deleted old deliveries, notifications, recordings, requests, workflows, attachments, snapshots, builds and saved layers",
    );
    return { kind: "done", value: null };
  });
  await runWithRetries({ tools, log: ports.log }, "purge sessions", async () => {
    let sessions = 0;
    // A deletion enqueues a job that purges the session. Only sessions remain whose job failed.
    const deletedBefore = new Date(ports.clock.now().getTime() - dayMs);
    for (const id of await ports.store.sessionChanges.unpurged(deletedBefore, maxPurged))
      if (await purgeSession(ports, id, withLimit(tools, limitMs))) sessions += 1;
    ports.log.info({ sessions }, "purged deleted sessions");
    return { kind: "done", value: null };
  });
  await runWithRetries({ tools, log: ports.log }, "expire sessions", async () => {
    const sessions = await expireUnchangedSessions(ports, withLimit(tools, limitMs));
    ports.log.info({ sessions }, "deleted sessions past their retention time");
    return { kind: "done", value: null };
  });
  const progress = startRefresh(ports);
  await runWithRetries({ tools, log: ports.log }, "refresh projects", async () => {
    const builds = await refreshMovedProjects(ports, progress, withLimit(tools, limitMs));
    ports.log.info({ builds }, "requested builds of projects whose base branches have moved");
    return { kind: "done", value: null };
  });
  // Last, because an unavailable blob store delays what follows.
  await runWithRetries({ tools, log: ports.log }, "sweep blobs", async () => {
    const before = new Date(ports.clock.now().getTime() - dayMs);
    const swept = await ports.blobSweep.sweep(before, withLimit(tools, limitMs));
    ports.log.info(swept, "removed blobs that nothing refers to");
    return { kind: "done", value: null };
  });
}

/** Deletes audit events that are older than the operator's retention time, if it is not 0. Returns their number. */
async function expireAuditEvents({ store, clock, settings }: JobContext["ports"]): Promise<number> {
  const { auditRetentionDays } = settings;
  if (auditRetentionDays === 0) return 0;
  return store.audit.expire(new Date(clock.now().getTime() - auditRetentionDays * dayMs));
}

/** Deletes sessions that did not change within the operator's retention time, if it is not 0. Returns their number. */
async function expireUnchangedSessions(ports: JobContext["ports"], signal: AbortSignal): Promise<number> {
  const { sessionRetentionDays } = ports.settings;
  if (sessionRetentionDays === 0) return 0;
  const before = new Date(ports.clock.now().getTime() - sessionRetentionDays * dayMs);
  return expireSessions(ports, before, signal);
}
