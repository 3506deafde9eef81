import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import type {
  MailServerAnswer,
  MailServerBody,
  NotificationSettings,
  PushSubscription,
  PushSubscriptionList,
} from "@tembo/contract";
import { createEgressProxy } from "../../../broker/egress/create-egress-proxy.ts";
import { createBrowser, verifyVapid } from "../../../core/automation/notification/push/testing/browser.ts";
import type { Ports } from "../../../core/ports.ts";
import { createMailer } from "../../../mail/create-mailer.ts";
import { testOutbound } from "../../../outbound/testing/test-outbound.ts";
import { startSmtp } from "../../../testing/smtp-server.ts";
import { type Served, serve } from "../../../testing/test-server.ts";

const log = { info() {}, warn() {}, error() {} };
let served: Served;
let key: string;
let smtp: Awaited<ReturnType<typeof startSmtp>>;
/** A push service on the loopback interface, which responds with this status. */
let pushStatus = 201;
let pushed: { readonly headers: NodeJS.Dict<string | string[]>; readonly body: Buffer }[] = [];
const pushService = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  pushed.push({ headers: request.headers, body: Buffer.concat(parts) });
  response.writeHead(pushStatus).end();
});
let pushUrl: string;

before(async () => {
  smtp = await startSmtp({ security: "startTls", password: "sesame-49" });
  pushService.listen(0, "127.0.0.1");
  await once(pushService, "listening");
  const place = `127.0.0.1:${(pushService.address() as AddressInfo).port}`;
  pushUrl = `http://${place}/send`;
  served = await serve({
    parts: {
      mailer: createMailer(testOutbound({ extraCa: [smtp.ca!] })),
      broker: createEgressProxy({ log, privateHosts: [place] }) as unknown as Ports["broker"],
    },
  });
  key = await served.addKey(served.testStore.organizationId);
  const { store, userId, organizationId } = served.testStore;
  await store.users.update({ ...(await store.users.find(userId))!, email: "ada@example.com" });
  const member = await store.members.ofUser(organizationId, userId);
  await store.members.verifyEmail(member!.id, "ada@example.com");
});
after(async () => {
  await served.close();
  await smtp.close();
  pushService.closeAllConnections();
  pushService.close();
});
beforeEach(async () => {
  pushed = [];
  pushStatus = 201;
  for (const table of ["push_subscriptions", "mail_servers"])
    await served.testStore.database.pool.query(`delete from ${table}`);
});

async function send(method: string, path: string, body?: object) {
  const response = await served.ask(path, key, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const text = await response.text();
  return { status: response.status, text, json: <T>() => JSON.parse(text) as T };
}
const ofUser = (rest: string) => `/v1/users/${served.testStore.userId}/${rest}`;
const mailServer = () => `/v1/organizations/${served.testStore.organizationId}/mail-server`;
const account = (): MailServerBody => ({
  host: "localhost",
  port: smtp.port,
  security: "startTls",
  username: "tembo",
  password: "sesame-49",
  fromAddress: "tembo@example.com",
});

test("changes only the given settings, and rejects an unknown time zone", async () => {
  const before = (await send("GET", ofUser("notifications"))).json<NotificationSettings>();
  assert.deepEqual([before.email.end, before.push.end, before.quietHours], [false, true, null]);
  assert.match(before.emailProblem!, /no mail server.*Settings → Mail server/);
  const quietHours = { from: "22:00", to: "07:00", timeZone: "Europe/Paris" };
  const changed = await send("PATCH", ofUser("notifications"), { email: { end: true }, quietHours });
  const expected = { ...before, email: { ...before.email, end: true }, quietHours };
  assert.deepEqual(changed.json(), expected);
  assert.deepEqual((await send("PATCH", ofUser("notifications"), { push: {} })).json(), expected);
  const wrong = await send("PATCH", ofUser("notifications"), {
    quietHours: { ...quietHours, timeZone: "Mars/Olympus" },
  });
  assert.equal(wrong.status, 400);
  assert.match(wrong.text, /IANA time zone/);
  assert.equal((await send("PATCH", ofUser("notifications"), { quietHours: null })).status, 200);
});

test("sends a test email over STARTTLS, and never returns the password", async () => {
  const saved = await send("PUT", mailServer(), account());
  assert.equal(saved.status, 200, saved.text);
  const { mailServer: shown } = saved.json<MailServerAnswer>();
  assert.deepEqual([shown?.hasPassword, shown?.username], [true, "tembo"]);
  for (const { text } of [saved, await send("GET", mailServer())]) assert.doesNotMatch(text, /sesame-49/);
  assert.equal((await send("GET", ofUser("notifications"))).json<NotificationSettings>().emailProblem, null);
  const sent = await send("POST", ofUser("notifications/test"), { channel: "email" });
  assert.deepEqual(sent.json(), { sentTo: ["ada@example.com"] });
  assert.match(smtp.received.at(-1)!.content, /Subject: Test notification/);
  assert.equal((await send("DELETE", mailServer())).status, 200);
  assert.deepEqual((await send("GET", mailServer())).json(), { mailServer: null });
});

test("returns why a test email could not be sent", async () => {
  const without = await send("POST", ofUser("notifications/test"), { channel: "email" });
  assert.deepEqual([without.status, /no mail server/.test(without.text)], [409, true]);
  await send("PUT", mailServer(), { ...account(), password: "wrong" });
  const rejected = await send("POST", ofUser("notifications/test"), { channel: "email" });
  assert.match(rejected.text, /rejected the username or password/);
  assert.equal(rejected.status, 502);
  await send("PUT", mailServer(), { ...account(), port: 1 });
  assert.match(
    (await send("POST", ofUser("notifications/test"), { channel: "email" })).text,
    /localhost:1 cannot be reached/,
  );
});

test("registers a browser, sends it a test that only it can read, and never returns its endpoint", async () => {
  const browser = createBrowser();
  const body = { endpoint: `${pushUrl}/secret-endpoint`, keys: browser.keys };
  const made = await send("POST", ofUser("push-subscriptions"), body);
  assert.equal(made.status, 201, made.text);
  const { id, isCurrent } = made.json<PushSubscription>();
  assert.equal(isCurrent, true);
  const listed = await send("GET", ofUser("push-subscriptions"));
  const { publicKey, items } = listed.json<PushSubscriptionList>();
  assert.deepEqual(
    items.map((one) => one.id),
    [id],
  );
  assert.doesNotMatch(made.text + listed.text, /secret-endpoint/);
  assert.equal((await send("POST", ofUser("notifications/test"), { channel: "push" })).status, 200);
  const [{ headers, body: received }] = pushed as [(typeof pushed)[0]];
  const { title, path } = JSON.parse(browser.decrypt(received).toString());
  assert.deepEqual([title, path], ["Test notification", "/settings/notifications"]);
  assert.equal(verifyVapid(String(headers.authorization)).publicKey, publicKey);
  assert.equal((await send("DELETE", ofUser(`push-subscriptions/${id}`))).status, 200);
  assert.equal((await send("DELETE", ofUser(`push-subscriptions/${id}`))).status, 404);
});

test("removes a browser that is gone, and returns why a test push could not be sent", async () => {
  const none = await send("POST", ofUser("notifications/test"), { channel: "push" });
  assert.deepEqual([none.status, /No browser is registered/.test(none.text)], [409, true]);
  await send("POST", ofUser("push-subscriptions"), { endpoint: pushUrl, keys: createBrowser().keys });
  pushStatus = 500;
  const failed = await send("POST", ofUser("notifications/test"), { channel: "push" });
  assert.deepEqual([failed.status, /responded with 500/.test(failed.text)], [502, true]);
  pushStatus = 410;
  const gone = await send("POST", ofUser("notifications/test"), { channel: "push" });
  assert.match(gone.text, /no longer accepts notifications/);
  assert.deepEqual((await send("GET", ofUser("push-subscriptions"))).json<PushSubscriptionList>().items, []);
});

test("rejects an endpoint in a private network, and keys that are not valid", async () => {
  const { keys } = createBrowser();
  for (const [body, message] of [
    [{ endpoint: "https://169.254.169.254/", keys }, /private network/],
    [{ endpoint: "http://push.example.com/", keys }, /must use https/],
    [{ endpoint: pushUrl, keys: { ...keys, auth: "AAAA" } }, /keys are not valid/],
  ] as const) {
    const answer = await send("POST", ofUser("push-subscriptions"), body);
    assert.equal(answer.status, 400);
    assert.match(answer.text, message);
  }
});

test("lets only admins see and change the mail server", async () => {
  const { store, organizationId, userId } = served.testStore;
  const member = await store.members.ofUser(organizationId, userId);
  await store.members.setRole(member!.id, "member");
  try {
    for (const [method, body] of [["GET"], ["PUT", account()], ["DELETE"]] as const) {
      const answer = await send(method, mailServer(), body);
      assert.equal(answer.status, 403, method);
    }
    assert.equal((await send("GET", ofUser("notifications"))).status, 200);
  } finally {
    await store.members.setRole(member!.id, "admin");
  }
});
