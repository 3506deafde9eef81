import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createEgressProxy } from "../../../broker/egress/create-egress-proxy.ts";
import { maxWebhooks } from "../../../core/automation/webhook/manage-webhooks.ts";
import { type Served, serve } from "../../../testing/test-server.ts";

let served: Served;
let key: string;

before(async () => {
  const log = { info() {}, warn() {}, error() {} };
  const broker = createEgressProxy({ log, privateHosts: [] });
  served = await serve({ parts: { broker } as never });
  key = await served.addKey(served.testStore.organizationId);
});
after(() => served.close());

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly id: string; readonly secret: string };
}

async function ask(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await served.ask(path, key, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
  });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

const url = "https://hooks.example.com/tembo";

test("subscribes a new webhook to all events by default and returns its secret only once", async () => {
  const made = await ask("POST", "/v1/webhooks", { url });
  assert.equal(made.status, 201);
  const { secret, ...webhook } = made.body;
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.deepEqual([webhook.events, webhook.enabled, webhook.disabledReason], [["*"], true, null]);
  const shown = await ask("GET", `/v1/webhooks/${webhook.id}`);
  assert.deepEqual(shown.body, webhook);
  const changed = await ask("PATCH", `/v1/webhooks/${webhook.id}`, { description: "CI", enabled: false });
  assert.deepEqual([changed.body.description, changed.body.enabled], ["CI", false]);
  const rotated = await ask("POST", `/v1/webhooks/${webhook.id}/rotate-secret`, {});
  assert.notEqual(rotated.body.secret, secret);
  assert.notEqual(rotated.body.earlierSecretUntil, null);
  const all = await served.testStore.database.pool.query(
    "select (select json_agg(w) from webhooks w)::text || (select json_agg(s) from secrets s)::text as text",
  );
  for (const one of [secret, rotated.body.secret]) {
    assert.ok(!JSON.stringify([shown, changed, all.rows]).includes(one.slice(6)));
    assert.ok(!served.logged.join("").includes(one.slice(6)));
  }
});

test("does not store a response with a secret under an Idempotency-Key", async () => {
  const made = await ask("POST", "/v1/webhooks", { url });
  for (const path of ["/v1/webhooks", "/v1/%77ebhooks", `/v1/webhooks/${made.body.id}/rotate-secret`]) {
    const body = path.endsWith("secret") ? {} : { url };
    const headers = { "idempotency-key": path };
    const first = await ask("POST", path, body, headers);
    assert.match(first.body.secret, /^whsec_/);
    const again = await ask("POST", path, body, headers);
    assert.equal(again.status, 409, path);
    const { rows } = await served.testStore.database.pool.query("select answer from idempotent_requests");
    assert.ok(rows.every(({ answer }) => answer === null));
  }
});

test("rejects an invalid webhook, and explains the fix", async () => {
  const { id } = (await ask("POST", "/v1/webhooks", { url })).body;
  for (const [body, message] of [
    [{ url: "http://hooks.example.com/" }, /use https/],
    [{ url: "https://10.0.0.1/" }, /private network/],
    [{ url: "https://user:word@hooks.example.com/" }, /must not contain a user/],
    [{ url: "ftp://hooks.example.com/" }, /url/],
    [{ url: `https://hooks.example.com/${"x".repeat(2_000)}` }, /url/],
    [{ url, events: [] }, /events/],
    [{ url, events: ["session.*", "session.exploded"] }, /events/],
    [{ url, description: "\u0000" }, /NUL/],
    [{ url, secret: "whsec_mine" }, /secret/],
  ] as const) {
    for (const [method, path] of [
      ["POST", "/v1/webhooks"],
      ["PATCH", `/v1/webhooks/${id}`],
    ] as const) {
      const { status, body: answer } = await ask(method, path, body);
      assert.equal(status, 400, JSON.stringify(body));
      assert.match(String(answer.error), message);
    }
  }
  for (const overlapHours of [-1, 169, "1"])
    assert.equal((await ask("POST", `/v1/webhooks/${id}/rotate-secret`, { overlapHours })).status, 400);
});

test("lists, shows and replays a delivery only under its own webhook", async () => {
  const [one, other] = [
    (await ask("POST", "/v1/webhooks", { url })).body.id,
    (await ask("POST", "/v1/webhooks", { url })).body.id,
  ];
  const tested = await ask("POST", `/v1/webhooks/${one}/test`);
  assert.deepEqual([tested.status, tested.body.status], [201, "pending"]);
  const path = (webhook: string) => `/v1/webhooks/${webhook}/deliveries`;
  const list = async (query: string) =>
    ((await ask("GET", `${path(one)}${query}`)).body.items as { id: string }[]).map(({ id }) => id);
  assert.deepEqual(await list(""), [tested.body.id]);
  assert.deepEqual(await list("?status=pending&eventType=webhook.test"), [tested.body.id]);
  assert.deepEqual(await list("?status=failed"), []);
  assert.equal((await ask("GET", `${path(one)}?eventType=unknown`)).status, 400);
  const shown = await ask("GET", `${path(one)}/${tested.body.id}`);
  assert.deepEqual(shown.body.attemptLog, []);
  assert.deepEqual(JSON.parse(String(shown.body.body)).data, { webhookId: one });
  const replay = await ask("POST", `${path(one)}/${tested.body.id}/replay`);
  assert.deepEqual([replay.status, replay.body.replayOf], [201, tested.body.id]);
  for (const [method, end] of [
    ["GET", ""],
    ["POST", "/replay"],
  ] as const)
    assert.equal((await ask(method, `${path(other)}/${tested.body.id}${end}`)).status, 404);
  await ask("PATCH", `/v1/webhooks/${one}`, { enabled: false });
  for (const refused of [`/v1/webhooks/${one}/test`, `${path(one)}/${tested.body.id}/replay`])
    assert.equal((await ask("POST", refused)).status, 409);
  assert.equal((await ask("DELETE", `/v1/webhooks/${one}`)).status, 200);
  assert.equal((await ask("GET", path(one))).status, 404);
});

test("limits the number of webhooks per organization, even with concurrent requests", async () => {
  const made = await Promise.all(
    Array.from({ length: maxWebhooks + 5 }, () => ask("POST", "/v1/webhooks", { url })),
  );
  assert.ok(made.some(({ status, body }) => status === 409 && /at most/.test(String(body.error))));
  const { items } = (await ask("GET", "/v1/webhooks?limit=100")).body;
  assert.equal((items as unknown[]).length, maxWebhooks);
});
