import type { Status } from "@tembo-io/sdk";
import type { Page } from "playwright-core";

const at = "2026-03-02T00:00:00.000Z";
const aProcess = {
  host: "alpha",
  machineId: null,
  version: "1.2.3",
  newestMigration: "0001-initial.sql",
  startedAt: at,
};
const fixed: Status = {
  version: "1.2.3",
  checkedAt: at,
  scope: "installation",
  turns: { waiting: 2, placed: 1, running: 3, longestWaitSeconds: 95 },
  webhookDeliveries: { waiting: 4, failed: 1 },
  modelKeys: [{ provider: "anthropic", label: "Anthropic", source: "server", rejectedAt: at }],
  installation: {
    newestMigration: "0001-initial.sql",
    processes: (["running", "draining", "lost"] as const).map((state, index) => ({
      ...aProcess,
      id: `01990000-0000-7000-8000-00000000000${index}`,
      roles: index === 0 ? ["server", "worker"] : ["worker"],
      state,
      heartbeatAt: at,
    })),
    machines: [],
    engineQueues: [{ name: "turns", waiting: 2, running: 3 }],
    storage: { blobs: "dataFolder", database: "embedded", databaseBytes: 2 ** 24 },
    masterKey: { source: "dataFolder", id: "0123456789abcdef" },
  },
};

/** Replaces the status of this machine, which differs between machines and runs, with a fixed one. */
export const fixStatus = (page: Page) =>
  page.route("**/v1/status", (route) => route.fulfill({ json: fixed }));
