import assert from "node:assert/strict";
import { test } from "node:test";
import { startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const status = {
  version: "1.2.3",
  checkedAt: "2026-01-02T00:00:00.000Z",
  scope: "installation",
  turns: { waiting: 1, placed: 0, running: 2, longestWaitSeconds: 90 },
  webhookDeliveries: { waiting: 3, failed: 4 },
  modelKeys: [
    { provider: "anthropic", label: "Anthropic", source: "server", rejectedAt: "2026-01-01T00:00:00.000Z" },
    { provider: "openai", label: "OpenAI", source: null, rejectedAt: null },
  ],
  installation: {
    newestMigration: "0095-installation-state.sql",
    processes: [
      {
        ...{ id: "p1", host: "alpha", machineId: "m1", roles: ["server", "worker"], state: "lost" },
        ...{ version: "1.2.2", newestMigration: null, startedAt: "2026-01-01", heartbeatAt: "2026-01-02" },
      },
    ],
    machines: [
      {
        ...{ id: "m1", host: "alpha", labels: ["gpu"], turns: 2, turnLimit: 4 },
        ...{ memoryBytes: 8, reservedMemoryBytes: 5, freeDiskBytes: null },
      },
    ],
    engineQueues: [{ name: "turns", waiting: 1, running: 2 }],
    storage: { blobs: "s3", database: "external", databaseBytes: 9 },
    masterKey: { source: "file", id: "abc" },
  },
};

test("status prints processes, machines, queues, and keys that are missing or rejected", async () => {
  await using api = await startFakeApi({ "GET /v1/status": status });
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const ran = await runCommand(["status"], { env });
  assert.equal(ran.status, 0);
  for (const line of [
    "p1\talpha\tserver,worker\tlost\t1.2.2\t2026-01-01\t2026-01-02",
    "m1\talpha\tgpu\t2/4\t5\t-",
    "turns\t1\t2",
  ])
    assert.ok(ran.stdout.split("\n").includes(line), ran.stdout);
  assert.match(ran.stdout, /longest wait: +90\n/);
  assert.match(ran.stdout, /model keys missing: +openai\n/);
  assert.match(ran.stdout, /model keys rejected: +anthropic\n/);
  assert.deepEqual(JSON.parse((await runCommand(["status", "--json"], { env })).stdout), status);
});

test("status prints only the figures of an organization that does not see the installation", async () => {
  await using api = await startFakeApi({
    "GET /v1/status": { ...status, scope: "organization", installation: null },
  });
  const ran = await runCommand(["status"], { env: { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url } });
  assert.match(ran.stdout, /turns running: +2\n/);
  assert.ok(!ran.stdout.includes("database"));
});
