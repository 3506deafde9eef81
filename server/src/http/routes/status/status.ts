import { operations, type Status, type StatusInstallation } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { timeOfId } from "../../../core/base/index.ts";
import type { Ports } from "../../../core/ports.ts";
import {
  type ActiveTurns,
  type InstallationFacts,
  type InstallationStatus,
  loadStatus,
} from "../../../core/turns/index.ts";
import { route } from "../../route.ts";

export function statusRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.statusRetrieve, async ({ organizationId }): Promise<Status> => {
    const { checkedAt, work, modelKeys, shared } = await loadStatus(ports, organizationId);
    const { turns, longestWaitMs, webhookDeliveries } = work;
    return {
      version: ports.installationFacts.version,
      checkedAt: checkedAt.toISOString(),
      scope: shared === null ? "organization" : "installation",
      turns: {
        waiting: countTurns(turns, "waiting"),
        placed: countTurns(turns, "placed"),
        running: countTurns(turns, "running"),
        longestWaitSeconds: longestWaitMs === null ? null : Math.max(0, longestWaitMs) / 1_000,
      },
      webhookDeliveries,
      modelKeys: modelKeys.map(({ rejectedAt, ...key }) => ({
        ...key,
        rejectedAt: rejectedAt?.toISOString() ?? null,
      })),
      installation: shared === null ? null : installationView(shared, ports.installationFacts),
    };
  });
}

const countTurns = (turns: readonly ActiveTurns[], wanted: ActiveTurns["state"]) =>
  turns.reduce((sum, { state, count }) => (state === wanted ? sum + count : sum), 0);

function installationView(
  { processes, machines, database, masterKeyId }: NonNullable<InstallationStatus["shared"]>,
  facts: InstallationFacts,
): StatusInstallation {
  return {
    newestMigration: database.newestMigration,
    processes: processes.map(({ heartbeatAt, worker: _, freeDiskBytes: __, roles, ...process }) => ({
      ...process,
      roles: [...roles],
      startedAt: timeOfId(process.id).toISOString(),
      heartbeatAt: heartbeatAt.toISOString(),
    })),
    machines: machines.map(({ labels, ...machine }) => ({ ...machine, labels: [...labels] })),
    engineQueues: [...database.queues],
    storage: { blobs: facts.blobs, database: facts.database, databaseBytes: database.bytes },
    masterKey: { source: facts.masterKeySource, id: masterKeyId },
  };
}
