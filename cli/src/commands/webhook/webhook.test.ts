import assert from "node:assert/strict";
import { test } from "node:test";
import { startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const webhook = {
  id: "w1",
  url: "https://a.example/",
  description: "",
  events: ["session.*", "pull_request.merged"],
  enabled: true,
  disabledReason: null,
  failuresInARow: 0,
  failingSince: null,
  createdAt: "2026-01-01",
  updatedAt: "2026-01-01",
};
const delivery = {
  id: "d1",
  webhookId: "w1",
  eventId: "e1",
  eventType: "session.failed",
  status: "succeeded",
  outcome: "It answered 200.",
  attempts: 1,
  nextAttemptAt: null,
  replayOf: null,
  createdAt: "2026-01-01",
  endedAt: "2026-01-01",
};

test("creates webhooks and prints their secret, lists them with their state, and deletes them", async () => {
  await using api = await startFakeApi({
    "POST /v1/webhooks": { ...webhook, secret: "whsec_shown" },
    "GET /v1/webhooks": {
      items: [
        webhook,
        { ...webhook, id: "w2", failuresInARow: 3 },
        { ...webhook, id: "w3", enabled: false },
        { ...webhook, id: "w4", enabled: false, disabledReason: "Gone." },
      ],
      nextCursor: null,
    },
    "DELETE /v1/webhooks/w1": { id: "w1", deleted: true },
  });
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const run = (...args: string[]) => runCommand(["webhook", ...args], { env });
  const made = await run("create", webhook.url, "--event", "session.*", "--event", "pull_request.merged");
  assert.equal(made.stdout, "webhook w1\nwhsec_shown\n");
  assert.deepEqual(api.asked[0]!.body, { url: webhook.url, events: webhook.events });
  await run("create", webhook.url, "--description", "CI");
  assert.deepEqual(api.asked[1]!.body, { url: webhook.url, description: "CI" });
  const events = "session.* pull_request.merged";
  assert.equal(
    (await run("list")).stdout,
    [
      ["w1", "enabled"],
      ["w2", "failing (3)"],
      ["w3", "disabled"],
      ["w4", "Gone."],
    ]
      .map(([id, state]) => `${id}\t${webhook.url}\t${events}\t${state}\n`)
      .join(""),
  );
  assert.equal(JSON.parse((await run("list", "--json")).stdout).items.length, 4);
  assert.equal((await run("delete", "w1")).stdout, "Deleted webhook w1.\n");
});

test("lists a webhook's deliveries with filters, and redelivers one", async () => {
  const waits = { ...delivery, id: "d2", status: "pending", outcome: null, nextAttemptAt: "2026-01-02" };
  await using api = await startFakeApi({
    "GET /v1/webhooks/w1/deliveries": {
      items: [
        delivery,
        waits,
        { ...waits, id: "d3", attempts: 0 },
        { ...waits, id: "d5", nextAttemptAt: null },
      ],
      nextCursor: null,
    },
    "POST /v1/webhooks/w1/deliveries/d1/replay": { ...delivery, id: "d4" },
  });
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const run = (...args: string[]) => runCommand(["webhook", ...args], { env });
  const listed = await run("deliveries", "w1", "--status", "failed", "--event", "session.failed");
  assert.equal(
    listed.stdout,
    [
      "d1\t2026-01-01\tsession.failed\tsucceeded\t1\tIt answered 200.\n",
      "d2\t2026-01-01\tsession.failed\tpending\t1\tnext attempt 2026-01-02\n",
      "d3\t2026-01-01\tsession.failed\tpending\t0\t-\n",
      "d5\t2026-01-01\tsession.failed\tpending\t1\t-\n",
    ].join(""),
  );
  const query = "status=failed&eventType=session.failed&limit=50";
  assert.equal(api.asked[0]!.line, `GET /v1/webhooks/w1/deliveries?${query}`);
  assert.equal((await run("replay", "w1", "d1")).stdout, "d4\n");
  assert.equal((await run("deliveries", "w1", "--status", "lost")).status, 2);
});
