import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { createSignIn } from "../../../../server/src/core/accounts/index.ts";
import { createFirstMember } from "../../../../server/src/core/accounts/member/first-member.ts";
import { aForgeComment } from "../../../../server/src/core/automation/conversation/testing/memory-forge.ts";
import { newId } from "../../../../server/src/core/base/index.ts";
import { createIntegration } from "../../../../server/src/core/forges/index.ts";
import { memoryTree } from "../../../../server/src/core/forges/repository/testing/memory-tree.ts";
import type { Ports } from "../../../../server/src/core/ports.ts";
import { createProject, storeAttachment } from "../../../../server/src/core/sessions/index.ts";
import { previewHostLabel } from "../../../../server/src/core/turns/preview/preview-address.ts";
import { createFakeForge } from "../../../../server/src/testing/fake-forge.ts";
import { seedAttempts } from "../../../../server/src/testing/seed-attempts.ts";
import { seedDecisions } from "../../../../server/src/testing/seed-decisions.ts";
import { seedProject } from "../../../../server/src/testing/seed-project.ts";
import { seedService } from "../../../../server/src/testing/seed-service.ts";
import { seedWorkspace } from "../../../../server/src/testing/seed-workspace.ts";
import { stubPullRequests } from "../../../../server/src/testing/stub-pull-requests.ts";
import { stubReviewing } from "../../../../server/src/testing/stub-reviewing.ts";
import { keepInRow } from "../../../../server/src/testing/test-blobs.ts";
import { type Served, serve } from "../../../../server/src/testing/test-server.ts";
import { aDiff, aPullRequest, someTime } from "../../../../server/src/testing/test-store.ts";

export interface World {
  readonly served: Served;
  readonly key: string;
  /** IDs by path parameter, for resources that no API operation creates. */
  readonly ids: Readonly<Record<string, string>>;
  /** Creates a session with a completed turn and an undecided plan. */
  plannedSession(): Promise<string>;
  /** Creates a project to delete. */
  projectToDelete(): Promise<string>;
  /** Creates a member with a sign-in to revoke. */
  memberWithSignIn(): Promise<Readonly<Record<"memberId" | "signInId", string>>>;
  /** Creates another organization with an admin. The admin can be deleted, because there is a second admin. */
  otherOrganization(): Promise<{ readonly key: string; readonly ids: Readonly<Record<string, string>> }>;
  close(): Promise<void>;
}

/** A stub forge that accepts every operation and returns fixed or empty results. */
const stubForge = {
  createRepository: async () => {},
  deleteRepository: async () => {},
  remote: async () => ({ kind: "local", owner: "no", name: "where" }),
  mergePullRequest: async () => {},
  ...stubPullRequests(),
  comment: async () => aForgeComment(),
  listReviews: async () => [],
  reviewing: stubReviewing,
};

/**
 * Starts a server with a real store. Seeds everything that only a turn, a harness or a forge creates. Its GitHub
 * accepts `token`.
 */
export async function seedWorld(token: string): Promise<World> {
  const github = createFakeForge("github");
  for (const good of [token, "laid"]) github.accounts.set(good, good);
  const bucket = { limit: 1, remaining: 1, used: 0, resetAt: someTime };
  github.rateLimit = { core: bucket, graphql: null, search: null };
  const local = { name: "local", connect: () => stubForge };
  const served = await serve({
    parts: {
      forges: { local, github: github.adapter } as unknown as Ports["forges"],
      forgeSetups: { github: github.setup },
      git: memoryTree({ "README.md": "# Shop\n" }) as unknown as Ports["git"],
      broker: {
        greetMcpServer: async () => {},
        askModel: async () => {},
        problemOfWebhookUrl: () => null,
        sendWebhook: async () => ({ status: 201, body: "" }),
      } as unknown as Ports["broker"],
    },
  });
  const { testStore } = served;
  const { organizationId, store } = testStore;
  const key = await served.addKey(organizationId);
  const repository = await testStore.addRepository({ owner: "shop", name: "app" });
  const session = await testStore.addSession({}, [repository]);
  await seedAttempts(testStore.database.pool, [session.id, (await testStore.addSession()).id]);
  const lease = await testStore.startTurn(session.id);
  const diff = aDiff({ sessionId: session.id, repositoryId: repository.id });
  await store.diffs.save(lease, diff, { text: "patch", isComplete: true });
  const pullRequest = aPullRequest({ organizationId, sessionId: session.id, repositoryId: repository.id });
  await store.pullRequests.save(lease, pullRequest);
  await store.events.append(session.id, null, [
    { key: "told", messageId: null, data: { type: "notice", message: "Told." } },
  ]);
  await store.protocolLog.append(lease, '{"line":1}\n', keepInRow);
  const decisions = await seedDecisions(testStore, lease);
  const service = await seedService(store, lease);
  await seedWorkspace(served.ports.settings.dataDir, session.id);
  const {
    items: [sender],
  } = await testStore.store.apiKeys.list(organizationId, { limit: 1, userId: testStore.userId });
  const attachment = await storeAttachment(served.ports, organizationId, {
    uploadedBy: testStore.userId,
    name: "a.txt",
    mediaType: "text/plain",
    bytes: Readable.from([Buffer.from("bytes")]),
  });

  const integration = await createIntegration(served.ports, organizationId, {
    forge: "github",
    credential: {
      type: "oauth",
      clientId: "client",
      clientSecret: "hidden-value",
      accessToken: "laid",
      refreshToken: null,
      expiresAt: null,
    },
    settings: {},
  });

  return {
    served,
    key,
    ids: {
      integrationId: integration.id,
      deliveryId: await seedDelivery(served, integration.id),
      apiKey: key,
      organizationId,
      sessionId: session.id,
      previewHost: `${previewHostLabel({ organizationId, sessionId: session.id, port: 3000 })}.preview.localhost`,
      repositoryId: repository.id,
      diffId: diff.id,
      pullRequestId: pullRequest.id,
      commentId: "inline-1",
      modelName: "claude-opus-4-5",
      modelProvider: "anthropic",
      userId: testStore.userId,
      memberId: await seedInvitation(served, key),
      keyOrId: await seedAgent(served, key),
      templateName: "addTestCoverage",
      version: "1",
      cron: "@daily",
      path: "README.md",
      messageId: await testStore.addMessage(session.id, "Please", sender!.id),
      attachmentId: attachment.id,
      ...(await seedWebhook(served, key)),
      ...(await seedProjectWithSnapshot(served)),
      ...service,
      ...decisions,
      fileId: decisions.artifactId,
    },
    async plannedSession() {
      const { id } = await testStore.addSession();
      const planned = await testStore.startTurn(id);
      await seedDecisions(testStore, planned);
      await store.turns.end(planned, { status: "completed" }, someTime);
      return id;
    },
    async projectToDelete() {
      const fields = { name: newId(), sizes: ["micro"] } as const;
      return (await createProject(served.ports, organizationId, fields, { isBuilt: false })).project.id;
    },
    async memberWithSignIn() {
      const { userId } = testStore;
      const made = { organizationId, userId, userAgent: null, madeByKeyId: null, address: null };
      const { signIn } = await createSignIn(served.ports, made);
      const [member] = await store.members.allOfUser(userId);
      return { memberId: member!.id, signInId: signIn.id };
    },
    async otherOrganization() {
      const other = newId();
      await store.organizations.insert({ id: other, name: "Other" });
      await createFirstMember(served.ports, other);
      const userId = newId();
      const email = `${userId}@example.com`;
      const dates = { createdAt: someTime, updatedAt: someTime };
      await store.users.insert({ id: userId, email, name: null, onboarding: null, settings: {}, ...dates });
      const member = { id: newId(), organizationId: other, userId, email, role: "admin", ...dates } as const;
      await store.members.insert(member);
      return { key: await served.addKey(other, userId), ids: { organizationId: other, userId } };
    },
    close: () => served.close(),
  };
}

/** Seeds a project. The test creates schedules itself. */
async function seedProjectWithSnapshot({ ports, testStore }: Served) {
  const { scheduleId: _, ...seeded } = await seedProject(ports, testStore.organizationId);
  return seeded;
}

async function seedInvitation({ testStore, ask }: Served, key: string): Promise<string> {
  const path = `/v1/organizations/${testStore.organizationId}/members`;
  return post(ask, path, key, { emailAddress: "invited@example.com" });
}

const seedAgent = ({ ask }: Served, key: string) => post(ask, "/v1/agents", key, { name: "Laid" });

/** Creates a webhook with one delivery. */
async function seedWebhook({ ask }: Served, key: string) {
  const webhookId = await post(ask, "/v1/webhooks", key, { url: "https://hooks.invalid/" });
  return { webhookId, outgoingDeliveryId: await post(ask, `/v1/webhooks/${webhookId}/test`, key, {}) };
}

/** Creates a resource through the API and returns its ID. */
async function post(ask: Served["ask"], path: string, key: string, body: object): Promise<string> {
  const headers = { "content-type": "application/json" };
  const response = await ask(path, key, { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal(response.status, 201, await response.clone().text());
  return ((await response.json()) as { id: string }).id;
}

/** Inserts a forge's webhook delivery for an integration. Returns the delivery's ID. */
async function seedDelivery(served: Served, integrationId: string): Promise<string> {
  const id = newId();
  await served.testStore.store.deliveries.insert({
    id,
    organizationId: served.testStore.organizationId,
    integrationId,
    forge: "github",
    deliveryId: id,
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
  return id;
}
