import assert from "node:assert/strict";
import { test } from "node:test";
import { startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const event = (id: string, change: object = {}) => ({
  id,
  createdAt: "2026-01-02T03:04:05.678Z",
  action: "webhook.created",
  actor: {
    kind: "user",
    userId: "u1",
    name: "Ada",
    credential: { kind: "apiKey", id: "k1", name: "CI" },
    sessionId: null,
  },
  object: { kind: "webhook", id: "w1", name: "hooks.example.com" },
  address: "192.0.2.1",
  details: {},
  ...change,
});
const envOf = (url: string) => ({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: url });

test("audit prints the actor, action and object of each event, and sends the filters", async () => {
  const system = { kind: "system", userId: null, name: null, credential: null, sessionId: null };
  const items = [event("e2", { actor: system, address: null }), event("e1")];
  await using api = await startFakeApi({ "GET /v1/audit-events": { items, nextCursor: null } });
  const args = ["--action", "webhook.created", "--since", "2026-01-02", "--object", "w1"];
  const ran = await runCommand(["audit", ...args], { env: envOf(api.url) });
  assert.equal(
    ran.stdout,
    "2026-01-02T03:04:05.678Z\tsystem\twebhook.created\thooks.example.com\t-\n" +
      "2026-01-02T03:04:05.678Z\tAda (key CI)\twebhook.created\thooks.example.com\t192.0.2.1\n",
  );
  assert.equal(
    api.asked[0]!.line,
    "GET /v1/audit-events?action=webhook.created&objectId=w1&since=2026-01-02T00%3A00%3A00.000Z&limit=50",
  );
});

test("audit --json streams the export as JSON lines", async () => {
  const lines = `${JSON.stringify(event("e2"))}\n${JSON.stringify(event("e1"))}\n`;
  await using api = await startFakeApi({
    "GET /v1/audit-events": (_, response) =>
      void response.writeHead(200, { "content-type": "application/x-ndjson" }).end(lines),
  });
  const ran = await runCommand(["audit", "--json"], { env: envOf(api.url) });
  assert.deepEqual(
    ran.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).id),
    ["e2", "e1"],
  );
  assert.equal(api.asked[0]!.headers.accept, "application/x-ndjson");
});

test("audit --follow prints each event once, and exits with 130 on Ctrl-C", async () => {
  let asked = 0;
  await using api = await startFakeApi({
    "GET /v1/audit-events": (_, response) => {
      asked += 1;
      const items = asked === 1 ? [event("e1")] : [event("e2"), event("e1")];
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ items, nextCursor: null }));
    },
  });
  const ran = await runCommand(["audit", "--follow", "--json"], {
    env: envOf(api.url),
    onOutput: (stdout, child) => {
      if (stdout.includes('"e2"')) child.kill("SIGINT");
    },
  });
  assert.equal(ran.status, 130);
  assert.deepEqual(
    ran.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).id),
    ["e1", "e2"],
  );
});
