import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { RateLimiter } from "../../core/accounts/index.ts";
import { type Job, newId } from "../../core/base/index.ts";
import { replayDelivery } from "../../core/forges/index.ts";
import type { Ports } from "../../core/ports.ts";
import { type Served, serve } from "../../testing/test-server.ts";
import { until } from "../../testing/test-store.ts";
import { addIntegration, bodyOf, fakeForge, issueOpened, webhook } from "../../testing/webhook-fixture.ts";

const secret = "a-secret-of-the-webhook-0123456789";
const unlimited = { count: async () => ({ refusal: null, limits: [] }) } as unknown as RateLimiter;

let served: Served;
let jobs: Job[] = [];
let integrationId: string;

before(async () => {
  served = await open();
  const integration = await addIntegration(served.ports, {
    organizationId: served.testStore.organizationId,
    secret,
  });
  integrationId = integration.id;
});
after(() => served.close());
beforeEach(() => {
  jobs = [];
});

async function open(options: Parameters<typeof serve>[0] = {}): Promise<Served> {
  const one = await serve(options);
  const ports = one.ports as { -readonly [K in keyof Ports]: Ports[K] };
  ports.forges = { ...ports.forges, github: fakeForge() };
  ports.engine = { ...ports.engine, enqueueJob: async (_, job) => void jobs.push(job) };
  return one;
}

const send = (request: RequestInit, path = "/api/webhook/github", to = served) =>
  to.ask(path, undefined, request);
const answer = async (response: Response) => ({
  status: response.status,
  body: (await response.json()) as { status?: string; id?: string; error?: string },
});
const stored = async (to = served) =>
  (await to.testStore.database.pool.query("select * from deliveries")).rows;

test("stores a webhook signed with an integration's secret and enqueues a job", async () => {
  const request = webhook(bodyOf(issueOpened()), secret, "d-1");
  const { status, body } = await answer(
    await send({ ...request, headers: { ...request.headers, authorization: "x", "x-tembo-event": "y" } }),
  );
  assert.deepEqual([status, body.status], [202, "accepted"]);
  assert.deepEqual(jobs, [{ kind: "delivery", deliveryId: body.id }]);
  const delivery = await served.testStore.store.deliveries.findById(body.id!);
  assert.equal(delivery!.body.toString(), request.body);
  assert.deepEqual(
    [delivery!.deliveryId, delivery!.eventName, delivery!.source, delivery!.status, delivery!.integrationId],
    ["d-1", "issues", "webhook", "received", integrationId],
  );
  assert.equal(delivery!.headers["x-github-event"], "issues");
  for (const name of ["authorization", "x-hub-signature-256", "x-tembo-event"]) {
    assert.equal(delivery!.headers[name], undefined, name);
  }
});

test("accepts a webhook at the integration's own URL", async () => {
  const request = webhook(bodyOf(issueOpened()), secret);
  assert.equal((await send(request, `/api/webhook/github?integration=${integrationId}`)).status, 202);
});

test("rejects forged, truncated, unsigned and wrongly signed webhooks without storing them", async () => {
  const before = (await stored()).length;
  const good = webhook(bodyOf(issueOpened()), secret);
  const { "x-hub-signature-256": _, ...unsigned } = good.headers;
  const bad: RequestInit[] = [
    { ...good, body: good.body.replace("ada", "eve") },
    { ...good, body: good.body.slice(0, -1) },
    { ...good, body: `${good.body} ` },
    { method: "POST", headers: good.headers },
    { ...good, headers: unsigned },
    webhook(good.body, "another-secret-0123456789"),
    webhook(good.body, ""),
  ];
  for (const request of bad) {
    for (const path of ["/api/webhook/github", `/api/webhook/github?integration=${integrationId}`]) {
      const { status, body } = await answer(await send(request, path));
      assert.equal(status, 401);
      assert.match(body.error!, /^The signature does not match the secret of any integration\. Set .*\.$/);
    }
  }
  assert.deepEqual([(await stored()).length, jobs], [before, []]);
  // Control: with the right signature, the webhook is accepted.
  assert.equal((await send(good)).status, 202);
});

test("does not parse a webhook before verifying its signature", async () => {
  const github = served.ports.forges.github!;
  const read: string[] = [];
  const watched = {
    ...github,
    identifyWebhook: (request) => {
      read.push("identified");
      return github.identifyWebhook(request);
    },
    readWebhook: (request) => {
      read.push("read");
      return github.readWebhook(request);
    },
  } satisfies typeof github;
  Object.assign(served.ports, { forges: { ...served.ports.forges, github: watched } });
  await send(webhook(bodyOf(issueOpened()), "forged-0123456789"));
  assert.deepEqual(read, []);
  // Control: the headers of a valid webhook are read.
  await send(webhook(bodyOf(issueOpened()), secret));
  assert.deepEqual(read, ["identified"]);
  Object.assign(served.ports, { forges: { ...served.ports.forges, github } });
});

test("stores one delivery and one job for fifty concurrent requests with the same delivery", async () => {
  const request = webhook(bodyOf(issueOpened()), secret, "d-fifty");
  const answers = await Promise.all(Array.from({ length: 50 }, async () => answer(await send(request))));
  const statuses = answers.map(({ status, body }) => `${status} ${body.status}`);
  assert.equal(statuses.filter((one) => one === "202 accepted").length, 1);
  assert.equal(statuses.filter((one) => one === "202 duplicate").length, 49);
  assert.equal((await stored()).filter((row) => row.delivery_id === "d-fifty").length, 1);
  assert.equal(jobs.length, 1);
});

test("ignores a signed body under another ID for events that never repeat a body", async () => {
  const asEvent = (eventName: string, deliveryId: string) => {
    const request = webhook(bodyOf(issueOpened(77)), secret, deliveryId);
    return { ...request, headers: { ...request.headers, "x-github-event": eventName } };
  };
  const sendAs = async (eventName: string, deliveryId: string) =>
    (await answer(await send(asEvent(eventName, deliveryId)))).body.status;
  assert.equal(await sendAs("issue_comment", "captured"), "accepted");
  assert.equal(jobs.length, 1);
  const replays = await Promise.all(["new-1", "new-2", "captured"].map((id) => sendAs("issue_comment", id)));
  assert.deepEqual(replays, ["duplicate", "duplicate", "duplicate"]);
  assert.equal(jobs.length, 1);
  assert.equal(
    await sendAs("push", "new-3"),
    "accepted",
    "control: accepts an event that may repeat its body",
  );
});

test("accepts one of many concurrent IDs for the same signed body", async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      const request = webhook(bodyOf(issueOpened(78)), secret, `at-once-${at}`);
      const headers = { ...request.headers, "x-github-event": "issue_comment" };
      return (await answer(await send({ ...request, headers }))).body.status;
    }),
  );
  assert.equal(answers.filter((status) => status === "accepted").length, 1);
  assert.equal(jobs.length, 1);
});

test("lets a person replay a delivery whose body was already handled", async () => {
  const request = webhook(bodyOf(issueOpened(79)), secret, "replayed-by-a-person");
  const headers = { ...request.headers, "x-github-event": "issue_comment" };
  const { body } = await answer(await send({ ...request, headers }));
  const replay = await replayDelivery(served.ports, served.testStore.organizationId, body.id!);
  assert.deepEqual(jobs.at(-1), { kind: "delivery", deliveryId: replay.id });
  assert.notEqual(await served.testStore.store.deliveries.findById(replay.id), null);
});

test("identifies a webhook without an ID by its content", async () => {
  const first = webhook(bodyOf(issueOpened(41)), secret, null);
  assert.equal((await answer(await send(first))).body.status, "accepted");
  assert.equal((await answer(await send(first))).body.status, "duplicate");
  const other = webhook(bodyOf(issueOpened(42)), secret, null);
  assert.equal((await answer(await send(other))).body.status, "accepted");
});

test("accepts a signed body that is not JSON", async () => {
  assert.equal((await send(webhook("{", secret))).status, 202);
  const form = webhook("payload=%7B%7D", secret);
  form.headers["content-type"] = "application/x-www-form-urlencoded";
  assert.equal((await send(form)).status, 202);
});

test("accepts a body of 5 MiB and rejects a larger one", async () => {
  const mib = 1024 * 1024;
  assert.equal((await send(webhook("x".repeat(5 * mib), secret))).status, 202);
  const { status, body } = await answer(await send(webhook("x".repeat(5 * mib + 1), secret)));
  assert.deepEqual([status, body.error], [413, "The body is larger than 5 MiB. Send a smaller one."]);
});

test("limits the memory of stalled large bodies and accepts small ones meanwhile", async () => {
  const crowded = await open();
  await addIntegration(crowded.ports, { organizationId: crowded.testStore.organizationId, secret });
  const mib = 1024 * 1024;
  const head = `POST /api/webhook/github HTTP/1.1\r\nhost: x\r\ncontent-length: ${5 * mib}\r\n\r\n`;
  const sockets = await Promise.all(
    Array.from({ length: 52 }, async () => {
      const socket = await crowded.connect();
      socket.on("error", () => {});
      socket.write(head);
      return socket;
    }),
  );
  const large = () => webhook("x".repeat(3 * mib), secret);
  await until(async () => {
    const response = await send(large(), undefined, crowded);
    await response.body?.cancel();
    return response.status === 503;
  });
  assert.equal((await send(webhook(bodyOf(issueOpened()), secret), undefined, crowded)).status, 202);
  for (const socket of sockets) socket.destroy();
  // Control: once the others have ended, the same webhook is accepted.
  await until(async () => (await send(large(), undefined, crowded)).status === 202);
  await crowded.close();
});

test("returns 404 for an unknown forge or integration and for a disabled one", async () => {
  const request = webhook(bodyOf(issueOpened()), secret);
  const disabled = await addIntegration(served.ports, {
    organizationId: served.testStore.organizationId,
    secret,
    enabledAt: null,
  });
  for (const [path, sentence] of [
    ["/api/webhook/sourceforge", /^Unknown forge "sourceforge"/],
    ["/api/webhook/local", /^Unknown forge "local"/],
    ["/api/webhook/__proto__", /^Unknown forge/],
    [`/api/webhook/github?integration=${newId()}`, /^Integration .* was not found for this forge/],
    ["/api/webhook/github?integration=1", /is not a valid ID/],
    [`/api/webhook/github?integration=${disabled.id}`, /^This integration is disabled/],
  ] as const) {
    const { status, body } = await answer(await send(request, path));
    assert.equal(status, 404, path);
    assert.match(body.error!, sentence);
  }
});

test("assigns a webhook to the integration that has the repository when several share an app's secret", async () => {
  const shared = "one-secret-of-one-app-0123456789";
  const organizationId = newId();
  await served.testStore.store.organizations.insert({ id: organizationId, name: "Them" });
  const mine = { organizationId: served.testStore.organizationId, secret: shared };
  const [first, second] = [
    await addIntegration(served.ports, mine),
    await addIntegration(served.ports, { organizationId, secret: shared }),
  ];
  await served.testStore.addRepository({
    organizationId,
    forge: "github",
    integrationId: second.id,
    externalId: "theirs",
  });
  const deliver = async (body: string) => {
    const { id } = (await answer(await send(webhook(body, shared)))).body;
    const delivery = await served.testStore.store.deliveries.findById(id!);
    return [delivery!.integrationId, delivery!.organizationId];
  };
  assert.deepEqual(await deliver(bodyOf(issueOpened(1, "theirs"))), [second.id, organizationId]);
  assert.deepEqual(await deliver(bodyOf(issueOpened(1, "nobody's"))), [first.id, mine.organizationId]);
  assert.deepEqual(await deliver("{"), [first.id, mine.organizationId]);
});

test("accepts webhooks of other integrations when one secret cannot be decrypted", async () => {
  const broken = await addIntegration(served.ports, {
    organizationId: served.testStore.organizationId,
    secret: "broken-0123456789",
  });
  await served.testStore.database.pool.query(
    "update secrets set version = version + 1 where kind = 'integration' and name = $1",
    [broken.id],
  );
  assert.equal((await send(webhook(bodyOf(issueOpened()), "broken-0123456789"))).status, 401);
  assert.equal((await send(webhook(bodyOf(issueOpened()), secret))).status, 202);
});

test("requires the integration in the URL when there are too many to try", async () => {
  const many = await open();
  const organizationId = many.testStore.organizationId;
  const named = await addIntegration(many.ports, { organizationId, secret });
  await many.testStore.database.pool.query(
    `insert into integrations (id, organization_id, forge, display_name, web_url, api_url, settings, enabled_at, created_at, updated_at)
     select gen_random_uuid(), organization_id, forge, display_name, web_url, api_url, settings, enabled_at, created_at, updated_at
     from integrations, generate_series(1, 200)`,
  );
  const request = webhook(bodyOf(issueOpened()), secret);
  const { status, body } = await answer(await send(request, undefined, many));
  assert.equal(status, 400);
  assert.match(body.error!, /Add "\?integration=<id>"/);
  assert.equal((await send(request, `/api/webhook/github?integration=${named.id}`, many)).status, 202);
  await many.close();
});

test("rate-limits an address after forged webhooks, except for an integration with a recent valid webhook", async () => {
  const limited = await open({ rateLimiter: unlimited, limits: { failedAuthenticationsPerMinute: 3 } });
  const organizationId = limited.testStore.organizationId;
  const { id } = await addIntegration(limited.ports, { organizationId, secret });
  const named = `/api/webhook/github?integration=${id}`;
  const good = () => webhook(bodyOf(issueOpened()), secret);
  assert.equal((await send(good(), named, limited)).status, 202);
  for (let count = 0; count < 3; count++) {
    assert.equal((await send(webhook("{}", "forged"), undefined, limited)).status, 401);
  }
  const refused = await send(good(), undefined, limited);
  assert.equal(refused.status, 429);
  assert.match(refused.headers.get("retry-after") ?? "", /^\d+$/);
  assert.match((await answer(refused)).body.error!, /Add "\?integration=<id>" to the webhook's URL/);
  const other = await addIntegration(limited.ports, { organizationId, secret });
  const unknown = await send(good(), `/api/webhook/github?integration=${other.id}`, limited);
  assert.match(
    (await answer(unknown)).body.error!,
    /without a valid signature\. Check the ID in the webhook's URL and the webhook's secret/,
  );
  assert.equal((await send(good(), named, limited)).status, 202);
  // Control: without the limit, the same webhook is accepted.
  assert.equal((await send(good())).status, 202);
  await limited.close();
});
