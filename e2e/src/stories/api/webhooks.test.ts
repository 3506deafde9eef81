import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { type WebhookPayload, webhookPayload } from "@tembo/contract";
import { verifyWebhook } from "@tembo-io/sdk";
import { Webhook } from "standardwebhooks";
import { eventually } from "../../support/api-edge.ts";
import { API_KEY, PROVIDER_KEY, startWorld } from "../../support/index.ts";

type World = Awaited<ReturnType<typeof startWorld>>;
let world: World;
const closes: (() => void)[] = [];

before(async () => {
  world = await startWorld({ env: { TEMBO_PRIVATE_HOSTS: "127.0.0.1" } });
});
after(async () => {
  for (const close of closes) close();
  await world.close();
});

interface ReceivedWebhook {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
type Answer = (received: ReceivedWebhook, response: ServerResponse, earlier: number) => void;

const good: Answer = (_, response) => void response.writeHead(204).end();

/**
 * Starts a third-party server that records requests and lets the test determine the responses. `earlier` is the number
 * of earlier requests with the same ID.
 */
async function startReceiver() {
  const received: ReceivedWebhook[] = [];
  let answer: Answer = good;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const one = { id: String(request.headers["webhook-id"]), headers: request.headers, body };
    const earlier = received.filter(({ id }) => id === one.id).length;
    received.push(one);
    answer(one, response, earlier);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closes.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/told`,
    received,
    answers: (next: Answer) => {
      answer = next;
    },
  };
}

/** Returns the payload. Throws if the signature is invalid. */
function verified({ headers, body }: ReceivedWebhook, secret: string): WebhookPayload {
  return webhookPayload.parse(new Webhook(secret).verify(body, headers as Record<string, string>));
}

const deliveriesOf = async (id: string) => (await world.client.webhooks.deliveries.list(id)).items;
const ended = (webhookId: string, deliveryId: string) =>
  eventually(
    async () => (await world.client.webhooks.deliveries.retrieve(webhookId, deliveryId)).status !== "pending",
  );

test("delivers signed session events to subscribers, and retries a failed attempt", async () => {
  const [receiver, other] = [await startReceiver(), await startReceiver()];
  receiver.answers((_, response, earlier) => void response.writeHead(earlier === 0 ? 503 : 200).end("ok"));
  const { secret, ...webhook } = await world.client.webhooks.create({ url: receiver.url });
  const failures = await world.client.webhooks.create({ url: other.url, events: ["session.failed"] });
  const repository = await world.repository("hooks/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: 'Work. SCRIPT(write("b.txt", "2\\n"), say("Done."))',
    repositories: [repository.url],
  });
  await world.ended(session.id);
  const expected = ["pull_request.opened", "session.completed", "session.created", "session.started"];
  const isReceived = (type: string) =>
    receiver.received.filter(({ body }) => JSON.parse(body).type === type).length === 2;
  await eventually(() => expected.every(isReceived));
  const payloads = receiver.received.map((one) => verified(one, secret));
  assert.deepEqual([...new Set(payloads.map(({ type }) => type))].sort(), expected);
  for (const { type, data } of payloads) {
    if (type.startsWith("session.")) assert.equal("id" in data && data.id, session.id);
    if (type === "session.completed") {
      assert.equal(data.state.isCompleted, true);
      assert.equal(data.artifacts[0]!.pullRequests[0]!.status, "open");
    }
    if (type === "pull_request.opened") assert.equal(data.session?.id, session.id);
  }
  for (const { headers, body } of receiver.received) {
    assert.deepEqual(await verifyWebhook(body, headers, secret), JSON.parse(body));
    for (const hidden of [API_KEY, PROVIDER_KEY, secret]) assert.ok(!body.includes(hidden));
  }
  // Control: verification with another secret fails.
  assert.throws(() => verified(receiver.received[0]!, failures.secret), /No matching signature/);
  await eventually(async () =>
    (await deliveriesOf(webhook.id)).every(
      ({ status, attempts }) => status === "succeeded" && attempts === 2,
    ),
  );
  const [first] = await deliveriesOf(webhook.id);
  const { attemptLog } = await world.client.webhooks.deliveries.retrieve(webhook.id, first!.id);
  assert.deepEqual(
    attemptLog.map(({ responseStatus, responseBody, error }) => [responseStatus, responseBody, error]),
    [
      [503, "ok", "The receiver responded with 503."],
      [200, "ok", null],
    ],
  );
  assert.equal(other.received.length, 0);
  await world.client.webhooks.delete(webhook.id);
  await world.client.webhooks.delete(failures.id);
});

test("resumes a delivery under the same ID if the server is killed between attempts or during one", async () => {
  const receiver = await startReceiver();
  const { secret, id } = await world.client.webhooks.create({
    url: receiver.url,
    events: ["session.created"],
  });
  const draft = () => world.client.session.create({ prompt: "Wait.", queueRightAway: false });
  receiver.answers((_, response) => void response.writeHead(500).end());
  await draft();
  await eventually(async () => (await deliveriesOf(id))[0]?.attempts === 1);
  await world.tembo.kill();
  receiver.answers(good);
  await world.restart();
  const [between] = await deliveriesOf(id);
  await ended(id, between!.id);
  assert.equal(receiver.received.length, 2);

  receiver.answers(() => {});
  await draft();
  await eventually(() => receiver.received.length === 3);
  await world.tembo.kill();
  receiver.answers(good);
  await world.restart();
  const [within] = await deliveriesOf(id);
  await ended(id, within!.id);
  assert.equal(receiver.received.length, 4);

  for (const [delivery, received, attempts] of [
    [between!, receiver.received.slice(0, 2), 2],
    [within!, receiver.received.slice(2), 1],
  ] as const) {
    const now = await world.client.webhooks.deliveries.retrieve(id, delivery.id);
    assert.deepEqual([now.status, now.attempts], ["succeeded", attempts]);
    for (const one of received) {
      assert.deepEqual([one.id, one.body], [delivery.eventId, now.body]);
      assert.equal(verified(one, secret).type, "session.created");
    }
  }
  await world.client.webhooks.delete(id);
});

test("a receiver that does not respond does not delay others", async () => {
  const [slow, quick] = [await startReceiver(), await startReceiver()];
  const held: ServerResponse[] = [];
  slow.answers((_, response) => void held.push(response));
  const [stuck, fine] = [
    await world.client.webhooks.create({ url: slow.url }),
    await world.client.webhooks.create({ url: quick.url }),
  ];
  await Promise.all(Array.from({ length: 20 }, () => world.client.webhooks.test(stuck.id)));
  await eventually(() => held.length === 4);
  await world.client.webhooks.test(fine.id);
  await eventually(() => quick.received.length === 1);
  assert.equal(held.length, 4, "at most four deliveries to one receiver run at a time");
  assert.ok(held.every(({ destroyed }) => !destroyed));
  await world.client.webhooks.delete(stuck.id);
  await world.client.webhooks.delete(fine.id);
});

test("replays a delivery, signs with both secrets after a rotation, and disables a receiver that returns 410", async () => {
  const receiver = await startReceiver();
  const { webhooks } = world.client;
  const { secret, id } = await webhooks.create({ url: receiver.url, events: ["pull_request.*"] });
  const tested = await webhooks.test(id);
  await ended(id, tested.id);
  const rotated = await webhooks.rotateSecret(id, { overlapHours: 1 });
  const replayed = await webhooks.deliveries.replay(id, tested.id);
  await ended(id, replayed.id);
  const [first, second] = receiver.received;
  assert.deepEqual([first!.id, first!.body], [second!.id, second!.body]);
  assert.equal(replayed.replayOf, tested.id);
  verified(first!, secret);
  assert.throws(() => verified(first!, rotated.secret), /No matching signature/);
  for (const one of [secret, rotated.secret]) verified(second!, one);

  receiver.answers((_, response) => void response.writeHead(410).end());
  await ended(id, (await webhooks.test(id)).id);
  const gone = await webhooks.retrieve(id);
  assert.deepEqual([gone.enabled, gone.disabledReason], [false, "The receiver responded with 410 (Gone)."]);
  await assert.rejects(webhooks.test(id), { status: 409 });
  const shown = JSON.stringify([gone, await webhooks.list(), await webhooks.deliveries.list(id)]);
  assert.ok(!shown.includes("whsec_"));
});

test("rejects webhook URLs with a private address or plain HTTP", async () => {
  for (const url of [
    "http://127.0.0.2:1/",
    "https://localhost.localdomain@127.0.0.1/",
    "https://[::1]/",
    "https://169.254.169.254/latest/meta-data/",
    "http://example.com/",
  ])
    await assert.rejects(world.client.webhooks.create({ url }), { status: 400 }, url);
});
