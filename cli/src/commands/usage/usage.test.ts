import assert from "node:assert/strict";
import { test } from "node:test";
import { startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

test("usage tells what sessions cost, and the month with its limit", async () => {
  const items = [{ id: "s1", title: "Fix", createdAt: "2026-01-01", totalCredits: 0.01234 }];
  await using api = await startFakeApi({
    "GET /v1/billing": { onDemand: { currentUsage: 1.5, maxCreditUsage: 20 } },
    "GET /v1/billing/usage": { items, nextCursor: null, asOf: "2026-01-02" },
  });
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const ran = await runCommand(["usage", "--limit", "5"], { env });
  assert.equal(ran.stdout, "s1\t2026-01-01\t0.0123\tFix\n");
  assert.match(ran.stderr, /^This month: \$1\.5000, of at most \$20\.00\./);
  assert.ok(api.asked.some(({ line }) => line === "GET /v1/billing/usage?limit=5"));
  const told = JSON.parse((await runCommand(["usage", "--json"], { env })).stdout);
  assert.deepEqual([told.monthUsd, told.monthLimitUsd, told.items], [1.5, 20, items]);
});
