import { PassThrough, Readable } from "node:stream";
import { bindSecret, createMcpConnection, createSecret, createSkill } from "../../core/access/index.ts";
import {
  type AccountActor,
  createMemberKey,
  createOrganization,
  createSignIn,
  inviteMember,
} from "../../core/accounts/index.ts";
import { aForgeComment } from "../../core/automation/conversation/testing/memory-forge.ts";
import {
  createAgent,
  createPushSubscription,
  createWebhook,
  requestRun,
  testWebhook,
} from "../../core/automation/index.ts";
import { newId } from "../../core/base/index.ts";
import { createIntegration } from "../../core/forges/index.ts";
import { memoryTree } from "../../core/forges/repository/testing/memory-tree.ts";
import type { Ports } from "../../core/ports.ts";
import { storeAttachment } from "../../core/sessions/index.ts";
import { createPreviewShare, publishPreview } from "../../core/turns/index.ts";
import { createFakeForge } from "../../testing/fake-forge.ts";
import { seedAttempts } from "../../testing/seed-attempts.ts";
import { seedDecisions } from "../../testing/seed-decisions.ts";
import { seedProject } from "../../testing/seed-project.ts";
import { seedService } from "../../testing/seed-service.ts";
import { seedWorkspace } from "../../testing/seed-workspace.ts";
import { stubPullRequests } from "../../testing/stub-pull-requests.ts";
import { stubReviewing } from "../../testing/stub-reviewing.ts";
import { stubWarmSandboxes } from "../../testing/stub-warm-sandboxes.ts";
import { keepInRow } from "../../testing/test-blobs.ts";
import { type Served, serve } from "../../testing/test-server.ts";
import { aDiff, aPullRequest, someTime } from "../../testing/test-store.ts";
import { aSubscription } from "./a-subscription.ts";

/** Server with two organizations. All objects belong to the first organization. */
export interface TenantFixture {
  readonly served: Served;
  /** ID of an object in the first organization, for each path parameter in the contract. */
  readonly ids: Readonly<Record<string, string>>;
  /** Keys of the first and of the other organization. */
  readonly ownKey: string;
  readonly otherKey: string;
  /**
   * Separate objects for operations whose usual object other operations still need. Each entry includes a key that may delete the object.
   */
  readonly given: Readonly<
    Record<string, { readonly key: string; readonly ids: Readonly<Record<string, string>> }>
  >;
}

export async function seedTenants(): Promise<TenantFixture> {
  const served = await serveForges();
  const { testStore } = served;
  const ownKey = await served.addKey(testStore.organizationId);
  const otherKey = await served.addKey(await testStore.addOrganization());
  // A spare key for the operation that revokes it.
  await served.addKey(testStore.organizationId);
  const { items } = await testStore.store.apiKeys.list(testStore.organizationId, { limit: 1 });
  await testStore.store.organizations.setEgress(testStore.organizationId, {
    preset: "custom",
    allow: ["ours.example"],
  });
  const { memberId, given: ofPeople } = await seedPeople(served);
  const { scheduleId, ...project } = await seedProject(served.ports, testStore.organizationId);
  const schedules = "/v1/projects/{projectId}/schedules/{scheduleId}";
  const given = {
    ...ofPeople,
    // Agents have schedules too.
    ...Object.fromEntries(
      ["GET", "PATCH", "DELETE"].map((method) => [
        `${method} ${schedules}`,
        { key: ownKey, ids: { scheduleId } },
      ]),
    ),
  };
  const ids = {
    ...project,
    organizationId: testStore.organizationId,
    userId: testStore.userId,
    memberId,
    apiKeyId: items[0]!.id,
    connectedAccountId: items[0]!.id,
    ...(await seedWork(served)),
    ...(await seedIntegration(served)),
    ...(await seedGuidance(served)),
    ...(await seedAgent(served)),
    ...(await seedWebhook(served)),
    pushSubscriptionId: await seedPushSubscription(served, items[0]!.id),
    approvedSessionId: await seedPlannedSession(served),
    rejectedSessionId: await seedPlannedSession(served),
  };
  return { served, ids, ownKey, otherKey, given };
}

function serveForges(): Promise<Served> {
  const gitlab = createFakeForge("gitlab");
  for (const token of ["good", "another"]) gitlab.accounts.set(token, token);
  const bucket = { limit: 1, remaining: 1, used: 0, resetAt: someTime };
  gitlab.rateLimit = { core: bucket, graphql: null, search: null };
  const local = {
    name: "local",
    connect: () => ({
      createRepository: async () => {},
      deleteRepository: async () => {},
      remote: async () => ({ kind: "local", owner: "no", name: "where" }),
      mergePullRequest: async () => ({ sha: null }),
      ...stubPullRequests(),
      comment: async () => aForgeComment(),
      listReviews: async () => [],
      reviewing: stubReviewing,
    }),
  };
  return serve({
    parts: {
      forges: { local, gitlab: gitlab.adapter } as unknown as Ports["forges"],
      // Simulates a running sandbox, for the ticket of a terminal and for saved files.
      warmSandboxes: stubWarmSandboxes({ sandbox: { workspacePath: "/", spawn: () => savedAtOnce() } }),
      forgeSetups: { gitlab: gitlab.setup },
      git: memoryTree({ "README.md": "# Ours\n" }) as unknown as Ports["git"],
      broker: {
        greetMcpServer: async () => {},
        askModel: async () => {},
        problemOfWebhookUrl: () => null,
        sendWebhook: async () => ({ status: 201, body: "" }),
      } as unknown as Ports["broker"],
    },
  });
}

/** Seeds a session with a repository and a running turn, and the data that such a turn creates. */
async function seedWork({ testStore, ports }: Served) {
  const { store, organizationId } = testStore;
  const repository = await testStore.addRepository({ owner: "ours", name: "app" });
  const session = await testStore.addSession({}, [repository]);
  await seedAttempts(testStore.database.pool, [session.id, (await testStore.addSession()).id]);
  const lease = await testStore.startTurn(session.id);
  const diff = aDiff({ sessionId: session.id, repositoryId: repository.id });
  await store.diffs.save(lease, diff, { text: "patch", isComplete: true });
  const pullRequest = aPullRequest({
    author: {
      id: "1",
      login: "ada",
      name: null,
      email: null,
      avatarUrl: null,
      profileUrl: null,
      isBot: false,
    },
    organizationId,
    sessionId: session.id,
    repositoryId: repository.id,
  });
  await store.pullRequests.save(lease, pullRequest);
  await store.events.append(session.id, null, [
    { key: "told", messageId: null, data: { type: "notice", message: "Ours." } },
  ]);
  await store.protocolLog.append(lease, '{"ours":true}\n', keepInRow);
  const aUsage = {
    model: "m",
    answerId: newId(),
    inputTokens: 1,
    outputTokens: 1,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    costMicroUsd: 1,
  };
  await store.usage.add({ organizationId, sessionId: session.id, turnId: lease.turnId }, aUsage, someTime);
  const {
    items: [sender],
  } = await testStore.store.apiKeys.list(organizationId, { limit: 1, userId: testStore.userId });
  const attachment = await storeAttachment(ports, organizationId, {
    uploadedBy: testStore.userId,
    name: "ours.txt",
    mediaType: "text/plain",
    bytes: Readable.from([Buffer.from("ours")]),
  });
  const decisions = await seedDecisions(testStore, lease);
  const place = { organizationId, sessionId: session.id, lease: null, messageId: null };
  const service = await seedService(store, lease);
  await seedWorkspace(ports.settings.dataDir, session.id);
  const preview = await publishPreview(ports, place, { port: 3000, name: "ours" });
  const { share } = await createPreviewShare(ports, preview, { userId: testStore.userId, minutes: 60 });
  return {
    ...service,
    sessionId: session.id,
    deletedSessionId: (await testStore.addSession({}, [repository])).id,
    messageId: await testStore.addMessage(session.id, "Please", sender!.id),
    attachmentId: attachment.id,
    diffId: diff.id,
    pullRequestId: pullRequest.id,
    commentId: "inline-1",
    repositoryId: repository.id,
    ...decisions,
    fileId: decisions.artifactId,
    previewId: preview.id,
    previewHost: `${preview.hostLabel}.preview.localhost`,
    previewShareId: share.id,
  };
}

/** Seeds a session whose turn has ended with a plan. */
async function seedPlannedSession({ testStore }: Served): Promise<string> {
  const { id } = await testStore.addSession();
  const lease = await testStore.startTurn(id);
  await seedDecisions(testStore, lease);
  await testStore.store.turns.end(lease, { status: "completed" }, someTime);
  return id;
}

async function seedIntegration({ testStore, ports }: Served) {
  const { organizationId } = testStore;
  const integration = await createIntegration(ports, organizationId, {
    forge: "gitlab",
    credential: {
      type: "oauth",
      clientId: "c",
      clientSecret: "s",
      accessToken: "good",
      refreshToken: null,
      expiresAt: null,
    },
    settings: {},
  });
  const deliveryId = newId();
  await testStore.store.deliveries.insert({
    id: deliveryId,
    organizationId,
    integrationId: integration.id,
    forge: "github",
    deliveryId: "d-1",
    eventName: "issues",
    source: "webhook",
    headers: {},
    body: Buffer.from("{}"),
    status: "received",
    outcome: null,
    sessionId: null,
    receivedAt: someTime,
    workedAt: null,
  });
  // An integration's source has the integration's ID.
  return { integrationId: integration.id, sourceId: integration.id, deliveryId };
}

/** Seeds data that sessions receive: a secret with a header injection rule, a skill and an MCP connection. */
async function seedGuidance({ testStore, ports }: Served) {
  const { organizationId } = testStore;
  const secret = await createSecret(ports, organizationId, { key: "OURS", value: "sesame-42" });
  await bindSecret(ports, secret, {
    hosts: ["ours.example"],
    header: "authorization",
    prefix: "Bearer ",
  });
  const skill = await createSkill(ports, organizationId, {
    name: "ours",
    description: "Ours.",
    files: [{ filename: "SKILL.md", content: "Ours." }],
  });
  const mcpConnection = await createMcpConnection(ports, adminOf(testStore), {
    name: "ours",
    server: { type: "remote", url: "https://mcp.ours.example/", headers: { authorization: "sesame-45" } },
  });
  return { secretId: secret.id, skillId: skill.id, mcpConnectionId: mcpConnection.id };
}

async function seedAgent({ testStore, ports }: Served) {
  const { store, organizationId } = testStore;
  const words = {
    name: "ours",
    key: "ours",
    instructions: { type: "doc", content: [{ type: "text", text: "Go." }] },
  };
  const start = { crons: ["@daily"], triggers: [{ name: "github.issue.opened" }] };
  const agent = await createAgent(ports, { organizationId, authorId: null }, words, start);
  const [key] = (await store.apiKeys.list(organizationId, { limit: 1 })).items;
  const sender = { keyId: key!.id, request: { id: "r", traceparent: null } };
  const run = await requestRun(ports, agent, { cause: "api", payload: {}, sender });
  const [schedules, triggers] = [
    await store.agentSchedules.list(agent.id, { limit: 1 }),
    await store.agentTriggers.list(agent.id, { limit: 1 }),
  ];
  return {
    agentId: agent.id,
    keyOrId: "ours",
    runId: run.id,
    scheduleId: schedules.items[0]!.id,
    triggerId: triggers.items[0]!.id,
    version: "1",
    templateName: "prReview",
  };
}

async function seedWebhook({ testStore, ports }: Served) {
  const { organizationId } = testStore;
  const { webhook } = await createWebhook(ports, organizationId, {
    url: "https://ours.example/",
    description: "Ours.",
    events: ["*"],
    isEnabled: true,
  });
  const outgoing = await testWebhook(ports, { organizationId, id: webhook.id });
  return { webhookId: webhook.id, outgoingDeliveryId: outgoing.id };
}

async function seedPushSubscription({ testStore, ports }: Served, keyId: string): Promise<string> {
  const actor = { ...adminOf(testStore), keyId };
  const { endpoint, keys } = aSubscription;
  const given = { endpoint: `${endpoint}/seeded`, ...keys, browser: null };
  return (await createPushSubscription(ports, actor, testStore.userId, given)).id;
}

async function seedPeople({ testStore, ports }: Served) {
  const { organizationId, userId } = testStore;
  const signInOf = () =>
    createSignIn(ports, {
      organizationId,
      userId,
      userAgent: "ours",
      address: "192.0.2.1",
      madeByKeyId: null,
    });
  await signInOf();
  const we = await ports.store.users.find(userId);
  await ports.store.users.update({ ...we!, email: "ours@example.com" });
  const admin = adminOf(testStore);
  const invite = (email: string) => inviteMember(ports, organizationId, { email, role: "member" });
  const invited = await invite("invited@example.com");
  const leaving = await invite("leaving@example.com");
  const keyFor = (whose: { memberId: string } | { organizationId: string }) =>
    createMemberKey(ports, admin, { name: null, memberId: null, organizationId: null, ...whose });
  /** Creates a user with a separate account and a key. */
  const addPerson = async (email: string) => {
    const made = await keyFor({ memberId: (await invite(email)).id });
    await ports.store.users.setManagedBy(made.key.userId, null);
    return made;
  };
  const leaver = await keyFor({ memberId: leaving.id });
  // This organization must be newer than the first one. IDs from the same millisecond have no order.
  const later = { store: ports.store, clock: { now: () => new Date() } };
  const closing = await createOrganization(later, admin, { name: "Closing", slug: null });
  const closer = await keyFor({ organizationId: closing.id });
  const signedIn = {
    key: (await keyFor({ organizationId })).token,
    ids: { organizationId, memberId: (await ports.store.members.ofUser(organizationId, userId))!.id },
  };
  const ownAddress = async () => {
    const { token, key } = await addPerson("third@example.com");
    return { "PATCH /v1/users/{userId}": { key: token, ids: { userId: key.userId } } };
  };
  const removed = await testStore.addRepository({ owner: "ours", name: "removed" });
  const given: TenantFixture["given"] = {
    "DELETE /v1/repositories/{repositoryId}": {
      key: (await keyFor({ organizationId })).token,
      ids: { repositoryId: removed.id },
    },
    "DELETE /v1/users/{userId}": { key: leaver.token, ids: { userId: leaver.key.userId } },
    "PUT /v1/sign-in/password": { key: (await addPerson("first@example.com")).token, ids: {} },
    ...(await ownAddress()),
    "DELETE /v1/sign-in/all": { key: (await addPerson("second@example.com")).token, ids: {} },
    "GET /v1/organizations/{organizationId}/members/{memberId}/sign-ins": signedIn,
    "DELETE /v1/organizations/{organizationId}/members/{memberId}/sign-ins": signedIn,
    "DELETE /v1/organizations/{organizationId}/members/{memberId}/sign-ins/{signInId}": {
      ...signedIn,
      ids: { ...signedIn.ids, signInId: (await signInOf()).signIn.id },
    },
    "PUT /v1/organizations/{organizationId}/members/{memberId}/verified-address": {
      key: (await keyFor({ organizationId })).token,
      ids: { organizationId, memberId: leaving.id },
    },
    "DELETE /v1/organizations/{organizationId}": { key: closer.token, ids: { organizationId: closing.id } },
  };
  return { memberId: invited.id, given };
}

/** Returns the admin as an actor. The password of the sign-in was just confirmed. */
const adminOf = ({ organizationId, userId, clock }: Served["testStore"]): AccountActor => ({
  organizationId,
  userId,
  role: "admin",
  kind: "signIn",
  confirmedAt: clock.now(),
});

/** Program of a stub sandbox that exits at once. */
const savedAtOnce = () => ({
  stdin: new PassThrough().resume(),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  exited: Promise.resolve({ code: 0, signal: null }),
});
