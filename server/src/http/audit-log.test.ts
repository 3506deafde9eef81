import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  type AuditAction,
  type AuditEvent,
  type AuditEventList,
  auditAction,
  type Operation,
  type OperationName,
  operations,
} from "@tembo/contract";
import { inviteByLink, PasswordHasher } from "../core/accounts/index.ts";
import { askWithCookie, cookieOf } from "./routes/sign-in/testing/browser.ts";
import { seedTenants, type TenantFixture } from "./testing/seed-tenants.ts";
import { requestFor } from "./testing/tenant-requests.ts";

const work = "Work within a session. The session's own events record it.";
const agents = "Content of an agent. Its revisions record the author.";
const test_ = "Sends a test. It changes nothing.";
const self = "A preference of the caller. It grants nothing.";

/** Operations that change something. Each entry lists the recorded actions, or states why the operation records none. */
const recorded: Readonly<Partial<Record<OperationName, readonly AuditAction[] | string>>> = {
  sessionCreate: work,
  sessionStop: work,
  sessionKeep: ["session.archived"],
  sessionKeepAlive: work,
  sessionPrepare: "Work that may be discarded. The session records its use.",
  sessionReplyPrepare: "Work that may be discarded. The session records its use.",
  sessionMake: work,
  sessionUpdate: ["session.archived", "session.unarchived", "session.visibilityChanged"],
  sessionDelete: ["session.deleted"],
  sessionFork: work,
  sessionInterrupt: work,
  taskCreate: work,
  repositoryCreate: ["repository.created"],
  repositoryUpdate: ["repository.updated"],
  repositoryDelete: ["repository.deleted"],
  signInCreate: ["signIn.succeeded"],
  signInDelete: ["signIn.ended"],
  signInWelcome: ["invitation.accepted", "password.set", "signIn.succeeded"],
  signInDeleteAll: ["signIn.ended"],
  signInConfirm: "Proves who is signed in. What follows from it is recorded.",
  signInPasswordUpdate: ["password.set"],
  userInvitationCreate: ["invitation.linked"],
  pullRequestMerge: "The forge records merges.",
  pullRequestClose: "The forge records what happens to a pull request.",
  pullRequestReviewCreate: "The forge records reviews.",
  pullRequestCommentCreate: "The forge records comments.",
  pullRequestCommentUpdate: "The forge records comments.",
  pullRequestSuggestionApply: "The commit records its author.",
  apiKeyCreate: ["apiKey.created"],
  apiKeyUpdate: ["apiKey.renamed"],
  apiKeyDelete: ["apiKey.revoked"],
  sessionMessageCreate: work,
  messageCreate: work,
  messageUpdate: work,
  messageDelete: work,
  attachmentCreate: work,
  integrationSyncAll: "Reads from the forge.",
  integrationCreate: ["integration.created"],
  integrationUpdate: ["integration.updated"],
  integrationAuthorize: "Only begins. The callback records the connection.",
  integrationTest: test_,
  integrationSync: "Reads from the forge.",
  integrationDelete: ["integration.deleted"],
  modelUpdate: ["model.changed"],
  organizationSecretCreate: ["secret.created"],
  organizationSecretUpdate: ["secret.updated"],
  secretBindingUpdate: ["secret.bound"],
  secretBindingDelete: ["secret.unbound"],
  organizationSecretDelete: ["secret.deleted"],
  organizationCreate: ["organization.created", "member.joined"],
  organizationUpdate: ["organization.updated"],
  organizationDelete: ["organization.deleted"],
  organizationSettingsUpdate: ["settings.changed"],
  organizationEgressUpdate: ["egress.changed"],
  organizationBudgetUpdate: ["budget.changed"],
  webhookDeliveryReplay: "The delivery log records replays.",
  skillCreate: ["skill.created"],
  skillUpdate: ["skill.updated"],
  skillDelete: ["skill.deleted"],
  mcpConnectionCreate: ["mcpConnection.created"],
  mcpConnectionUpdate: ["mcpConnection.updated"],
  mcpConnectionDelete: ["mcpConnection.deleted"],
  mcpConnectionAuthorize: "Only begins. The callback records the connection.",
  mcpConnectionTest: test_,
  modelProviderTest: test_,
  organizationPermissionPolicyUpdate: ["permissionPolicy.changed"],
  sessionPermissionAnswer: ["session.permissionAllowed"],
  sessionQuestionAnswer: work,
  sessionPlanUpdate: work,
  sessionPlanApprove: work,
  sessionPlanReject: work,
  artifactCreate: work,
  artifactDelete: work,
  memberCreate: ["invitation.created"],
  memberUpdate: ["role.changed"],
  memberDelete: ["invitation.deleted"],
  memberAddressConfirm: ["address.confirmed"],
  memberSignInDelete: ["signIn.ended"],
  memberSignInDeleteAll: ["signIn.ended"],
  userUpdate: ["address.changed"],
  userDelete: ["member.removed"],
  userForgeNameUpdate: self,
  userSettingsUpdate: self,
  userNotificationsUpdate: self,
  userNotificationsTest: test_,
  userPushSubscriptionCreate: self,
  userPushSubscriptionDelete: self,
  organizationMailServerUpdate: ["mailServer.created"],
  organizationMailServerDelete: ["mailServer.deleted"],
  insightUpdate: ["settings.changed"],
  liveAuthorize: "A ticket to watch what the caller may read.",
  sessionLiveAuthorize: "A ticket to watch what the caller may read.",
  messageLiveAuthorize: "A ticket to watch what the caller may read.",
  previewCreate: work,
  previewDelete: ["previewShare.deleted"],
  previewOpen: "A link to what the caller may see.",
  previewShareCreate: ["previewShare.created"],
  previewShareDelete: ["previewShare.deleted"],
  previewShareRedeem: "A link to what the share link shows.",
  workspaceFileUpdate: ["workspaceFile.saved"],
  terminalAuthorize: "Only a ticket. Opening the terminal is recorded.",
  agentScheduleCreate: agents,
  agentScheduleUpdate: agents,
  agentScheduleDelete: agents,
  agentTriggerCreate: agents,
  agentTriggerUpdate: agents,
  agentTriggerDelete: agents,
  agentCreateDocumented: agents,
  agentTriggerRun: work,
  agentCreate: agents,
  agentUpdate: agents,
  agentRunCreate: work,
  agentRunPolicyUpdate: agents,
  agentContentRevisionRestore: agents,
  agentDelete: agents,
  projectCreate: ["project.created"],
  projectDefaultsUpdate: ["settings.changed"],
  projectUpdate: ["project.updated"],
  projectDelete: ["project.deleted"],
  projectBuildCreate: "The build's record and its log.",
  projectBuildCancel: "The build's record and its log.",
  projectVariableCreate: ["projectVariable.set"],
  projectVariableDelete: ["projectVariable.deleted"],
  projectScheduleCreate: ["project.updated"],
  projectScheduleUpdate: ["project.updated"],
  projectScheduleDelete: ["project.updated"],
  projectSnapshotUpdate: ["projectSnapshot.updated"],
  projectSnapshotDelete: ["projectSnapshot.deleted"],
  webhookCreate: ["webhook.created"],
  webhookUpdate: ["webhook.updated"],
  webhookDelete: ["webhook.deleted"],
  webhookSecretRotate: ["webhook.secretRotated"],
  webhookTest: test_,
  outgoingDeliveryReplay: "The delivery log records replays.",
};

/** Request bodies that cause a change, for operations whose usual test body changes nothing. */
const bodies: Readonly<Partial<Record<OperationName, object>>> = {
  userUpdate: { email: "renamed@example.com" },
  insightUpdate: { enabled: false },
  sessionPermissionAnswer: { decision: "allow", scope: "session" },
  organizationEgressUpdate: { preset: "custom", allow: ["elsewhere.example"] },
  secretBindingUpdate: { hosts: ["elsewhere.example"], header: "authorization", prefix: "" },
};

let served: TenantFixture["served"];
let tenant: TenantFixture;
before(async () => {
  tenant = await seedTenants();
  ({ served } = tenant);
});
after(() => served.close());

const rows = async () =>
  (
    await served.testStore.database.pool.query<{
      organization_id: string;
      action: AuditAction;
      actor_kind: string;
      address: string;
    }>("select organization_id, action, actor_kind, address from audit_events order by seq")
  ).rows;

const order = ["POST", "PUT", "PATCH", "DELETE"];
const changing = (Object.entries(operations) as [OperationName, Operation][])
  .filter(([, { method }]) => method !== "GET")
  .sort(([, a], [, b]) => order.indexOf(a.method) - order.indexOf(b.method) || b.path.length - a.path.length);

test("the table lists exactly the operations that change something", () => {
  assert.deepEqual(changing.map(([name]) => name).sort(), Object.keys(recorded).sort());
});

/** Operations with separate tests below, because the caller must have created the session or must be signed in. */
const ownTests = new Set(["sessionUpdate", "signInDeleteAll", "signInConfirm"]);

for (const [name, operation] of changing.filter(([name, { isOpen }]) => !isOpen && !ownTests.has(name))) {
  const expected = recorded[name];
  test(`${name} ${Array.isArray(expected) ? `records ${expected.join(", ")}` : "records nothing"}`, async () => {
    const key = tenant.given[`${operation.method} ${operation.path}`]?.key ?? tenant.ownKey;
    const { path, init } = requestFor(tenant, operation);
    const body = bodies[name];
    const before = (await rows()).length;
    const response = await served.ask(path, key, { ...init, ...(body && { body: JSON.stringify(body) }) });
    assert.equal(response.status, operation.status, await response.text());
    const after = (await rows()).slice(before);
    for (const { action, actor_kind, address } of after) {
      assert.ok(auditAction.safeParse(action).success, action);
      assert.deepEqual([actor_kind, address], ["user", "127.0.0.1"], action);
    }
    const actions = new Set(after.map(({ action }) => action));
    if (typeof expected === "string") assert.deepEqual([...actions], [], expected);
    else
      for (const action of expected!)
        assert.ok(actions.has(action), `${action} is among the recorded actions: ${[...actions]}`);
  });
}

test("records successful, failed and ended sign-ins with the actor and the IP address", async () => {
  const { store, organizationId, userId } = served.testStore;
  const person = { email: "ada@example.com", password: "correct horse battery staple" };
  await store.users.update({ ...(await store.users.find(userId))!, email: person.email });
  const hash = await new PasswordHasher(2 ** 10).hash(person.password, { isKnown: true, source: "" });
  await store.passwords.save({ userId, email: person.email, hash });
  const before = (await rows()).length;
  const signIn = (body: object) =>
    served.ask("/v1/sign-in", undefined, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  assert.equal((await signIn({ ...person, password: "a wrong password" })).status, 401);
  assert.equal((await signIn({ email: "nobody@example.com", password: "a wrong password" })).status, 401);
  const response = await signIn(person);
  assert.equal(response.status, 200);
  await askWithCookie(served, cookieOf(response).value, "/v1/sign-in", { method: "DELETE" });
  const again = await signIn(person);
  await askWithCookie(served, cookieOf(again).value, "/v1/sign-in/all", { method: "DELETE" });
  const after = (await rows())
    .slice(before)
    // The user belongs to several organizations, and each of them records the failure.
    .filter((one) => one.action !== "signIn.failed" || one.organization_id === organizationId);
  assert.deepEqual(
    after.map(({ action, actor_kind, address }) => [action, actor_kind, address]),
    [
      ["signIn.failed", "anonymous", "127.0.0.1"],
      ["signIn.succeeded", "user", "127.0.0.1"],
      ["signIn.ended", "user", "127.0.0.1"],
      ["signIn.succeeded", "user", "127.0.0.1"],
      ["signIn.ended", "user", "127.0.0.1"],
    ],
  );
  const [failed] = (await store.audit.list(organizationId, { limit: 1, action: "signIn.failed" })).items;
  assert.equal(failed?.object.name, person.email);
});

test("records a person who joins by invitation link as the actor of the resulting events", async () => {
  const invitation = await inviteByLink(served.ports, served.testStore.organizationId, {
    email: "grace@example.com",
    role: "member",
  });
  const before = (await rows()).length;
  const response = await served.ask("/v1/sign-in/welcome", undefined, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      token: invitation.url.split("#")[1],
      name: "Grace",
      email: "grace@example.com",
      password: "correct horse battery staple",
    }),
  });
  assert.equal(response.status, 200, await response.text());
  const after = (await rows()).slice(before);
  for (const action of recorded.signInWelcome!)
    assert.deepEqual(after.find((one) => one.action === action)?.actor_kind, "user", action);
});

test("omits the title of a session that became private, and records a public session's title", async () => {
  const { store, organizationId } = served.testStore;
  const [key] = (await store.apiKeys.list(organizationId, { limit: 1 })).items;
  const mine = { createdByKeyId: key!.id };
  const ids = [await served.testStore.addSession(mine), await served.testStore.addSession(mine)].map(
    ({ id }) => id,
  );
  const change = (id: string, init: RequestInit) =>
    served.ask(`/v1/sessions/${id}`, tenant.ownKey, {
      ...init,
      headers: { "content-type": "application/json" },
    });
  for (const archived of [true, true, false])
    assert.equal(
      (await change(ids[1]!, { method: "PATCH", body: JSON.stringify({ archived }) })).status,
      200,
    );
  const hidden = await change(ids[0]!, { method: "PATCH", body: '{"visibility":"private"}' });
  assert.equal(hidden.status, 200, await hidden.text());
  assert.equal((await change(ids[0]!, { method: "PATCH", body: '{"archived":true}' })).status, 200);
  for (const id of ids) assert.equal((await change(id, { method: "DELETE", body: "" })).status, 200);
  const entries = (await list("?limit=6")).items.map(({ action, object }) => [
    action,
    object.id,
    object.name,
  ]);
  assert.deepEqual(entries, [
    ["session.deleted", ids[1], "Fix the login"],
    ["session.deleted", ids[0], null],
    ["session.archived", ids[0], null],
    ["session.visibilityChanged", ids[0], null],
    ["session.unarchived", ids[1], "Fix the login"],
    ["session.archived", ids[1], "Fix the login"],
  ]);
});

const list = async (query = "", key = tenant.ownKey) =>
  (await (await served.ask(`/v1/audit-events${query}`, key)).json()) as AuditEventList;

test("returns an event's actor, object, IP address and time", async () => {
  const { items } = await list("?action=secret.created&limit=1");
  const { id, createdAt, actor, ...rest } = items[0]!;
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 3_600_000);
  assert.equal(actor.kind, "user");
  assert.equal(actor.userId, served.testStore.userId);
  assert.equal(actor.credential?.kind, "apiKey");
  assert.equal(rest.object.name, "ANOTHER");
  assert.equal(rest.address, "127.0.0.1");
});

test("filters the list and pages through it without gaps", async () => {
  const all: AuditEvent[] = [];
  for (let query = "?limit=20"; ; ) {
    const page = await list(query);
    all.push(...page.items);
    if (page.nextCursor === null) break;
    query = `?limit=20&cursor=${page.nextCursor}`;
  }
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  const stored = await served.testStore.database.pool.query(
    "select id from audit_events where organization_id = $1 order by seq desc",
    [served.testStore.organizationId],
  );
  assert.deepEqual(
    all.map(({ id }) => id),
    stored.rows.map(({ id }) => id),
  );
  const one = all.find(({ action }) => action === "webhook.created" || action === "secret.bound")!;
  for (const query of [
    `action=${one.action}`,
    `objectId=${one.object.id}`,
    `actorId=${one.actor.userId ?? served.testStore.userId}`,
    `since=${one.createdAt}`,
  ]) {
    const { items } = await list(`?limit=100&${query}`);
    assert.notEqual(items.length, 0, query);
    if (query.startsWith("action")) assert.ok(items.every(({ action }) => action === one.action));
    if (query.startsWith("objectId")) assert.ok(items.every(({ object }) => object.id === one.object.id));
    if (query.startsWith("since")) assert.ok(items.every(({ createdAt }) => createdAt >= one.createdAt));
  }
  const until = await list(`?limit=100&until=${one.createdAt}`);
  assert.ok(until.items.every(({ createdAt }) => createdAt < one.createdAt));
});

test("exports all matching events as JSON lines and records the export", async () => {
  const paged = (await list("?action=apiKey.created&limit=100")).items;
  for (const [query, headers] of [
    ["&format=jsonl", {}],
    ["", { accept: "application/x-ndjson" }],
  ] as const) {
    const response = await served.ask(`/v1/audit-events?action=apiKey.created${query}`, tenant.ownKey, {
      headers,
    });
    assert.match(response.headers.get("content-type") ?? "", /^application\/x-ndjson/);
    const lines = (await response.text()).trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      paged,
    );
  }
  assert.equal((await list("?action=auditLog.exported")).items.length, 2);
});

test("hides all events from an admin of another organization", async () => {
  const { items } = await list("?limit=100", tenant.otherKey);
  const text = JSON.stringify(items);
  for (const id of [served.testStore.organizationId, served.testStore.userId, tenant.ids.webhookId!])
    assert.ok(!text.includes(id));
});

test("stores no secret value in any event", async () => {
  const { rows: all } = await served.testStore.database.pool.query("select * from audit_events");
  for (const secret of ["sesame", "correct horse", tenant.ownKey])
    assert.ok(!JSON.stringify(all).includes(secret));
});
