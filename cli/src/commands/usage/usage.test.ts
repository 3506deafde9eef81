import assert from "node:assert/strict";
import { test } from "node:test";
import { startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

test("usage prints the cost of sessions, and the month's cost with its limit", async () => {
  const items = [{ id: "s1", title: "Fix", createdAt: "2026-01-01", totalCredits: 0.01234 }];
  await using api = await startFakeApi({
    "GET /v1/billing": { onDemand: { currentUsage: 1.5, maxCreditUsage: 20 } },
    "GET /v1/billing/usage": { items, nextCursor: null, asOf: "2026-01-02" },
  });
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const ran = await runCommand(["usage", "--limit", "5"], { env });
  assert.equal(ran.stdout, "s1\t2026-01-01\t0.0123\tFix\n");
  assert.match(ran.stderr, /^This month: \$1\.50, limit \$20\.00\./);
  assert.ok(api.asked.some(({ line }) => line === "GET /v1/billing/usage?limit=5"));
  const answer = JSON.parse((await runCommand(["usage", "--json"], { env })).stdout);
  assert.deepEqual([answer.monthUsd, answer.monthLimitUsd, answer.items], [1.5, 20, items]);
});

test("usage --by groups the cost, and includes a group without a name", async () => {
  const counted = { costUsd: 0.5, requests: 3, unpricedRequests: 1, inputTokens: 4, outputTokens: 5 };
  const groups = [
    { id: "u1", name: "Ada", sessions: 2, ...counted },
    { id: null, name: null, sessions: 1, ...counted },
  ];
  const usage = { groupBy: "person", from: "2026-01-01", until: "2026-01-07", total: counted, groups };
  await using api = await startFakeApi({ "GET /v1/usage": usage });
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const ran = await runCommand(["usage", "--by", "person", "--days", "7"], { env });
  assert.equal(ran.stdout, "Ada\t2\t3\t0.5000\n-\t1\t3\t0.5000\n");
  assert.equal(ran.stderr, "$0.50 for 3 model requests, excluding 1 with an unknown price.\n");
  assert.ok(api.asked.some(({ line }) => line === "GET /v1/usage?groupBy=person&days=7"));
  assert.deepEqual(
    JSON.parse((await runCommand(["usage", "--by", "person", "--json"], { env })).stdout),
    usage,
  );
  const refused = await runCommand(["usage", "--by", "moon"], { env });
  const alone = await runCommand(["usage", "--days", "7"], { env });
  assert.match(alone.stderr, /--by day/);
  assert.match(refused.stderr, /Allowed choices are day, person/);
});

test("usage --by shows the names of models and harnesses on a terminal, and their IDs in a pipe", async () => {
  const counted = { costUsd: 0.5, requests: 3, unpricedRequests: 0, inputTokens: 4, outputTokens: 5 };
  const compatibleModels = [{ name: "claude-opus-4-5", label: "Claude Opus 4.5" }];
  const named = { harness: ["claudeCode", "Claude Code"], model: ["claude-opus-4-5", "Claude Opus 4.5"] };
  for (const [groupBy, [id = "", name = ""]] of Object.entries(named)) {
    const groups = [{ id, name: id, sessions: 2, ...counted }];
    await using api = await startFakeApi({
      "GET /v1/usage": { groupBy, from: "2026-01-01", until: "2026-01-07", total: counted, groups },
      "GET /v1/runtimes": {
        items: [{ name: "claudeCode", displayName: "Claude Code", compatibleModels }],
        nextCursor: null,
      },
    });
    const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url, NO_COLOR: "1" };
    const shown = await runCommand(["usage", "--by", groupBy], { env, isOnTerminal: true });
    assert.match(shown.stdout, new RegExp(`^${name} `, "m"));
    assert.ok(!shown.stdout.includes(id));
    const piped = await runCommand(["usage", "--by", groupBy], { env });
    assert.equal(piped.stdout, `${id}\t2\t3\t0.5000\n`);
  }
});
