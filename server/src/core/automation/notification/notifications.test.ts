import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { seedDecisions } from "../../../testing/seed-decisions.ts";
import { openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { openVault } from "../../../vault/open-vault.ts";
import { hashToken } from "../../accounts/index.ts";
import { memoryTools } from "../../base/engine/testing/memory-tools.ts";
import { type Job, newId } from "../../base/index.ts";
import type { Ports } from "../../ports.ts";
import type { WebhookAnswer, WebhookRequest } from "../../turns/index.ts";
import { attemptNotification } from "./attempt-notification.ts";
import { enqueueNotifications } from "./enqueue-notifications.ts";
import { deleteMailServer, saveMailServer } from "./mail-server.ts";
import type { Mail, MailResult } from "./mailer.ts";
import { updatePreferences } from "./preferences.ts";
import { createPushSubscription } from "./push/push-subscriptions.ts";
import { createBrowser, verifyVapid } from "./push/testing/browser.ts";

type AttemptJob = Job & { readonly kind: "notificationAttempt" };

let t: TestStore;
let folder: string;
let ports: Ports;
let jobs: { readonly job: AttemptJob; readonly notBefore: Date | undefined }[];
let mails: Mail[];
let pushes: WebhookRequest[];
let mailResult: MailResult;
let pushAnswer: WebhookAnswer;
/** Key of the first admin, who creates every session. */
let keyId: string;

before(async () => {
  t = await openTestStore();
  folder = await mkdtemp(join(tmpdir(), "tembo-notifications-"));
  const { vault } = await openVault({ file: join(folder, "master.key"), usedKeyIds: async () => [] });
  ports = {
    store: t.store,
    clock: t.clock,
    vault,
    log: { info() {}, warn() {}, error() {} },
    settings: { publicUrl: "https://tembo.example.com" },
    engine: {
      enqueueJob: async (_: unknown, job: AttemptJob, { notBefore }: { notBefore?: Date } = {}) =>
        void jobs.push({ job, notBefore }),
    },
    mailer: {
      send: async (_: unknown, mail: Mail) => {
        mails.push(mail);
        return mailResult;
      },
    },
    broker: {
      problemOfWebhookUrl: () => null,
      sendWebhook: async (request: WebhookRequest) => {
        pushes.push(request);
        return pushAnswer;
      },
    },
  } as unknown as Ports;
  keyId = await addKey(t.userId);
});
after(async () => {
  await t.drop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  for (const table of [
    "notification_events",
    "notifications",
    "notification_preferences",
    "push_subscriptions",
  ])
    await t.database.pool.query(`delete from ${table}`);
  const user = await t.store.users.find(t.userId);
  await t.store.users.update({ ...user!, email: "ada@example.com" });
  const member = await t.store.members.ofUser(t.organizationId, t.userId);
  await t.store.members.verifyEmail(member!.id, "ada@example.com");
  await saveMailServer(ports, t.organizationId, {
    ...{ host: "smtp.example.com", port: 25, security: "none", username: null },
    ...{ fromAddress: "tembo@example.com", password: undefined },
  });
  t.clock.set(someTime);
  [jobs, mails, pushes] = [[], [], []];
  mailResult = { kind: "sent" };
  pushAnswer = { status: 201, body: "" };
});

async function addKey(userId: string): Promise<string> {
  const id = newId();
  const key = { id, organizationId: t.organizationId, userId, name: null, tokenPreview: "tembo_…" };
  const times = { createdAt: someTime, updatedAt: someTime, lastUsedAt: null };
  await t.store.apiKeys.insert({ ...key, ...times }, hashToken(`tembo_${randomUUID()}`));
  return id;
}

/** Adds a member with a confirmed address. */
async function addPerson(email: string): Promise<{ readonly userId: string; readonly keyId: string }> {
  const userId = newId();
  await t.store.users.insert({
    ...{ id: userId, email, name: null, onboarding: null, settings: {} },
    ...{ createdAt: someTime, updatedAt: someTime },
  });
  const member = { id: newId(), organizationId: t.organizationId, userId, email, role: "member" } as const;
  await t.store.members.insert({ ...member, createdAt: someTime, updatedAt: someTime });
  await t.store.members.verifyEmail(member.id, email);
  return { userId, keyId: await addKey(userId) };
}

const actor = () => ({ organizationId: t.organizationId, userId: t.userId, role: "admin" as const, keyId });
const addSession = (change: Parameters<TestStore["addSession"]>[0] = {}) =>
  t.addSession({ createdByKeyId: keyId, status: "inProgress", ...change });

async function subscribe(name = "1", key = keyId) {
  const browser = createBrowser();
  const given = { endpoint: `https://push.example.com/${name}`, ...browser.keys, browser: null };
  const subscription = await createPushSubscription(ports, { ...actor(), keyId: key }, t.userId, given);
  return { ...subscription, browser };
}

const ask = async (sessionId: string, turnId: string, kind: "permission" | "question") => {
  const id = newId();
  const asked =
    kind === "permission"
      ? { kind, toolCallId: "c", title: "t", toolKind: "execute", input: null }
      : { kind, question: "Which?", options: [] };
  const expiresAt = new Date("2100-01-01");
  await t.store.asks.insert({ id, sessionId, turnId, asked, createdAt: someTime, expiresAt } as never);
  return id;
};

const runJob = (job: AttemptJob, tools = memoryTools().tools) => attemptNotification({ ports, tools }, job);
async function runJobs(): Promise<void> {
  for (const { job } of jobs.splice(0)) await runJob(job);
}
const rows = async () =>
  (
    await t.database.pool.query<{ status: string; outcome: string | null; kind: string }>(
      "select status, outcome, kind from notifications order by created_at, id",
    )
  ).rows;
const countEvents = async () =>
  (await t.database.pool.query<{ count: number }>("select count(*)::int as count from notification_events"))
    .rows[0]!.count;

test("sends one email for each reason for which a session begins to need a person", async () => {
  const session = await addSession();
  await seedDecisions(t, await t.startTurn(session.id));
  await Promise.all([enqueueNotifications(ports), enqueueNotifications(ports)]);
  await enqueueNotifications(ports);
  await runJobs();
  assert.deepEqual(mails.map(({ subject }) => subject).sort(), [
    "Permission needed: Fix the login",
    "Plan to review: Fix the login",
    "Question: Fix the login",
  ]);
  assert.ok(mails.every(({ to, text }) => to === "ada@example.com" && text.includes(session.id)));
  assert.ok((await rows()).every(({ status }) => status === "sent"));
  assert.equal(await countEvents(), 0);
});

test("sends nothing for a further question while one is open, and again after the answer", async () => {
  const session = await addSession();
  const { turnId } = await t.startTurn(session.id);
  const first = await ask(session.id, turnId, "question");
  await ask(session.id, turnId, "question");
  assert.equal(await countEvents(), 1);
  await t.database.pool.query(
    `update asks set answer = '{"kind":"withdrawn"}', answered_at = now() where session_id = $1`,
    [session.id],
  );
  assert.notEqual(first, await ask(session.id, turnId, "question"));
  assert.equal(await countEvents(), 2);
});

test("notifies a failure, and the end only if the person wants it and the session needs no other reaction", async () => {
  await updatePreferences(ports, actor(), t.userId, { email: { end: true } });
  const [failing, ending, planned] = [await addSession(), await addSession(), await addSession()];
  await seedDecisions(t, await t.startTurn(planned.id));
  await t.database.pool.query("delete from notification_events");
  await t.store.sessions.setStatus(failing.id, "failed", someTime);
  for (const { id } of [ending, planned]) await t.store.sessions.setStatus(id, "completed", someTime);
  await enqueueNotifications(ports);
  await runJobs();
  assert.deepEqual(mails.map(({ subject }) => subject).sort(), [
    "Failed: Fix the login",
    "Finished: Fix the login",
  ]);
});

test("notifies the author and people who sent messages, but not other members", async () => {
  const [taker, outsider] = [await addPerson("grace@example.com"), await addPerson("eve@example.com")];
  const session = await addSession();
  await t.addMessage(session.id, "Please", taker.keyId);
  await t.store.sessions.setStatus(session.id, "failed", someTime);
  await enqueueNotifications(ports);
  await runJobs();
  assert.deepEqual(mails.map(({ to }) => to).sort(), ["ada@example.com", "grace@example.com"]);
  assert.notEqual(outsider.userId, taker.userId);
});

test("notifies only the creator of a private session", async () => {
  const taker = await addPerson("alan@example.com");
  const session = await addSession({ visibility: "private" });
  await t.addMessage(session.id, "Please", taker.keyId);
  await t.store.sessions.setStatus(session.id, "failed", someTime);
  await enqueueNotifications(ports);
  await runJobs();
  assert.deepEqual(
    mails.map(({ to }) => to),
    ["ada@example.com"],
  );
});

test("skips a notification whose reason has passed, or that the person turned off in the meantime", async () => {
  const [answered, unwanted] = [await addSession(), await addSession()];
  for (const { id } of [answered, unwanted]) await t.store.sessions.setStatus(id, "failed", someTime);
  await enqueueNotifications(ports);
  await t.store.sessions.setStatus(answered.id, "queued", someTime);
  const [first] = jobs.splice(0, 1);
  await runJob(first!.job);
  await updatePreferences(ports, actor(), t.userId, { email: { failure: false } });
  await runJobs();
  assert.deepEqual(mails, []);
  assert.deepEqual(
    (await rows()).map(({ status, outcome }) => [status, outcome]),
    [
      ["skipped", "The session no longer needs this person."],
      ["skipped", "The person turned these notifications off."],
    ],
  );
});

test("sends after quiet hours, and postpones an attempt that they have reached", async () => {
  const quietHours = { from: "03:00", to: "07:00", timeZone: "UTC" };
  await updatePreferences(ports, actor(), t.userId, { quietHours });
  const session = await addSession();
  await t.store.sessions.setStatus(session.id, "failed", someTime);
  await enqueueNotifications(ports);
  const end = new Date("2026-01-02T07:00:00.000Z");
  assert.deepEqual(
    jobs.map(({ notBefore }) => notBefore),
    [end],
  );
  const [{ job }] = jobs.splice(0) as [(typeof jobs)[0]];
  await runJob(job);
  assert.deepEqual([mails, jobs.map(({ notBefore }) => notBefore)], [[], [end]]);
  t.clock.set(end);
  await runJobs();
  assert.equal(mails.length, 1);
});

test("retries with the same Message-ID, gives up after a permanent failure, and reports it", async () => {
  const session = await addSession();
  await t.store.sessions.setStatus(session.id, "failed", someTime);
  await enqueueNotifications(ports);
  mailResult = { kind: "failed", error: "No response.", mayPass: true };
  await runJobs();
  assert.deepEqual(
    jobs.map(({ job }) => job.number),
    [2],
  );
  mailResult = { kind: "failed", error: "The password was rejected.", mayPass: false };
  await runJobs();
  assert.deepEqual([mails.length, jobs.length], [2, 0]);
  assert.equal(mails[0]!.messageId, mails[1]!.messageId);
  assert.match(mails[0]!.messageId, /@tembo\.example\.com$/);
  assert.deepEqual(await t.store.notifications.lastFailedEmail(t.organizationId), {
    reason: "The password was rejected.",
    at: someTime,
  });
});

test("sends again after a crash before the result is recorded, but never after it", async () => {
  const session = await addSession();
  await t.store.sessions.setStatus(session.id, "failed", someTime);
  await enqueueNotifications(ports);
  const [{ job }] = jobs as [(typeof jobs)[0]];
  const { tools, kept } = memoryTools();
  const crashing = {
    ...tools,
    step: async (name: string, work: () => Promise<never>) => {
      if (name === "record") throw new Error("killed");
      return tools.step(name, work);
    },
  };
  await assert.rejects(attemptNotification({ ports, tools: crashing as never }, job), /killed/);
  await runJob(job, memoryTools(kept).tools);
  assert.equal(mails.length, 1, "the engine has stored that the email was sent");
  await runJob(job);
  assert.equal(mails.length, 1);
  assert.deepEqual(
    (await rows()).map(({ status }) => status),
    ["sent"],
  );
});

test("skips email of an organization without a mail server, and records no events for it", async () => {
  const session = await addSession();
  await t.store.sessions.setStatus(session.id, "failed", someTime);
  await enqueueNotifications(ports);
  await deleteMailServer(ports, t.organizationId);
  await runJobs();
  assert.match((await rows())[0]!.outcome!, /no mail server/);
  await t.store.sessions.setStatus(session.id, "queued", someTime);
  await t.store.sessions.setStatus(session.id, "failed", someTime);
  assert.equal(await countEvents(), 0);
});

test("drops events of an organization that already has 10,000", async () => {
  const session = await addSession();
  await t.database.pool.query(
    `insert into notification_events (organization_id, session_id, kind)
     select $1, $2, 'end' from generate_series(1, 10000)`,
    [t.organizationId, session.id],
  );
  await t.store.sessions.setStatus(session.id, "failed", someTime);
  assert.equal(await countEvents(), 10_000);
});

test("encrypts a push message for each browser, and the browser reads it", async () => {
  const browsers = [await subscribe("1"), await subscribe("2")];
  await updatePreferences(ports, actor(), t.userId, { email: { failure: false } });
  const session = await addSession();
  await t.store.sessions.setStatus(session.id, "failed", someTime);
  await enqueueNotifications(ports);
  await runJobs();
  assert.deepEqual(pushes.map(({ url }) => url).sort(), browsers.map(({ endpoint }) => endpoint).sort());
  for (const { endpoint, browser } of browsers) {
    const { headers, body } = pushes.find(({ url }) => url === endpoint)!;
    assert.deepEqual(JSON.parse(browser.decrypt(Buffer.from(body as Uint8Array)).toString()), {
      title: "Failed",
      body: "Fix the login",
      path: `/sessions/${session.id}`,
      tag: `${session.id}:failure`,
    });
    const { claims, publicKey } = verifyVapid(headers.authorization!);
    assert.equal(claims.aud, "https://push.example.com");
    assert.equal(publicKey, (await t.store.push.findKeys())!.publicKey);
    assert.match(headers.topic!, /^[0-9a-f]{32}$/);
    assert.equal(headers["content-encoding"], "aes128gcm");
  }
});

for (const status of [404, 410])
  test(`removes a browser whose push service responds with ${status}`, async () => {
    const { id } = await subscribe();
    pushAnswer = { status, body: "" };
    const session = await addSession();
    await t.store.sessions.setStatus(session.id, "failed", someTime);
    await enqueueNotifications(ports);
    await runJobs();
    assert.equal(pushes.length, 1);
    assert.equal(await t.store.push.find(id), null);
    assert.ok((await rows()).some(({ outcome }) => outcome?.includes("no longer accepts notifications")));
  });

test("retries a busy push service after the requested delay, and keeps the browser", async () => {
  const { id } = await subscribe();
  await updatePreferences(ports, actor(), t.userId, { email: { failure: false } });
  pushAnswer = { status: 429, body: "", retryAfter: "600" };
  const session = await addSession();
  await t.store.sessions.setStatus(session.id, "failed", someTime);
  await enqueueNotifications(ports);
  await runJobs();
  assert.deepEqual(
    jobs.map(({ notBefore }) => notBefore),
    [new Date(someTime.getTime() + 600_000)],
  );
  pushAnswer = { status: 403, body: "" };
  await runJobs();
  assert.deepEqual([jobs.length, (await rows())[0]!.status], [0, "failed"]);
  assert.notEqual(await t.store.push.find(id), null);
});

test("sends nothing to a browser whose sign-in has ended, and removes it", async () => {
  const ended = await addKey(t.userId);
  const { id } = await subscribe("ended", ended);
  await t.database.pool.query("update api_keys set revoked_at = now() where id = $1", [ended]);
  const session = await addSession();
  await t.store.sessions.setStatus(session.id, "failed", someTime);
  await enqueueNotifications(ports);
  await runJobs();
  assert.deepEqual([pushes, await t.store.push.find(id)], [[], null]);
  assert.deepEqual(await t.store.push.list(t.userId), []);
});

test("registers an endpoint once, for the last person who used the browser, and at most 20 browsers", async () => {
  const first = await subscribe("same");
  const second = await subscribe("same");
  assert.deepEqual(
    (await t.store.push.list(t.userId)).map(({ id }) => id),
    [second.id],
  );
  assert.equal(await t.store.push.find(first.id), null);
  for (let count = 0; count < 21; count++) await subscribe(String(count));
  assert.equal((await t.store.push.list(t.userId)).length, 20);
  const wrong = { endpoint: "https://push.example.com/", p256dh: "AAAA", auth: "AAAA", browser: null };
  await assert.rejects(createPushSubscription(ports, actor(), t.userId, wrong), { code: "invalid_input" });
});

test("deletes notifications with their session and after their retention time", async () => {
  const session = await addSession();
  await t.store.sessions.setStatus(session.id, "failed", someTime);
  await enqueueNotifications(ports);
  assert.equal(await t.store.notifications.deleteBefore(someTime), 0);
  assert.equal(await t.store.notifications.deleteBefore(new Date(someTime.getTime() + 1)), 1);
  await t.store.sessions.setStatus(session.id, "queued", someTime);
  await t.store.sessions.setStatus(session.id, "failed", someTime);
  await enqueueNotifications(ports);
  await t.store.sessionChanges.purge(session.id, someTime);
  assert.deepEqual(await rows(), []);
});
