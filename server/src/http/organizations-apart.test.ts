import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { after, before, test } from "node:test";
import { type Operation, operations } from "@tembo/contract";
import { createAgent } from "../core/agent/create-agent.ts";
import { requestRun } from "../core/agent/run/queue-run.ts";
import { storeAttachment } from "../core/attachment/store-attachment.ts";
import { newId } from "../core/ids.ts";
import { createIntegration } from "../core/integration/create-integration.ts";
import { createMcpConnection } from "../core/mcp/mcp-connections.ts";
import type { Actor } from "../core/member/actor.ts";
import { inviteMember } from "../core/member/change-members.ts";
import { createMemberKey } from "../core/member/create-member-key.ts";
import { createOrganization } from "../core/organization/change-organization.ts";
import type { Ports } from "../core/ports/index.ts";
import { bindSecret } from "../core/secret/bind-secret.ts";
import { createSecret } from "../core/secret/create-secret.ts";
import { createSkill } from "../core/skill/save-skill.ts";
import { createWebhook } from "../core/webhook/manage-webhooks.ts";
import { testWebhook } from "../core/webhook/outgoing-deliveries.ts";
import { createFakeForge } from "../testing/fake-forge.ts";
import { layDecisions } from "../testing/lay-decisions.ts";
import { type Served, serve } from "../testing/test-server.ts";
import { aDiff, aPullRequest, someTime } from "../testing/test-store.ts";

let served: Served;
/** Everything that exists is ours: an id for each path parameter of the contract. */
let ids: Readonly<Record<string, string>>;
let ours: string;
let theirs: string;
const theirOrganization = newId();
/** What is there to be deleted, with the key that may, where all others need what else there is. */
let given: Readonly<Record<string, { readonly key: string; readonly ids: Readonly<Record<string, string>> }>>;

before(async () => {
  const gitlab = createFakeForge("gitlab");
  for (const token of ["good", "another"]) gitlab.accounts.set(token, token);
  const bucket = { limit: 1, remaining: 1, used: 0, resetAt: someTime };
  gitlab.rateLimit = { core: bucket, graphql: null, search: null };
  const local = { name: "local", connect: () => ({ createRepository: async () => {} }) };
  served = await serve({
    parts: {
      forges: { local, gitlab: gitlab.adapter } as unknown as Ports["forges"],
      forgeSetups: { gitlab: gitlab.setup },
      broker: {
        greetMcpServer: async () => {},
        problemOfWebhookUrl: () => null,
      } as unknown as Ports["broker"],
    },
  });
  const { testStore } = served;
  const { organizationId } = testStore;
  const admin: Actor = { organizationId, userId: testStore.userId, role: "admin" };
  await testStore.store.organizations.insert({ id: theirOrganization, name: "Them" });
  ours = await served.addKey(testStore.organizationId);
  theirs = await served.addKey(theirOrganization);
  // One to spare, for the operation that revokes it.
  await served.addKey(testStore.organizationId);
  const repository = await testStore.addRepository({ owner: "ours", name: "app" });
  const session = await testStore.addSession({}, [repository]);
  const lease = await testStore.startTurn(session.id);
  const diff = aDiff({ sessionId: session.id, repositoryId: repository.id });
  await testStore.store.diffs.save(lease, diff, "patch");
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
    organizationId: testStore.organizationId,
    sessionId: session.id,
    repositoryId: repository.id,
  });
  await testStore.store.pullRequests.save(lease, pullRequest);
  await testStore.store.events.append(session.id, null, [
    { key: "told", messageId: null, data: { type: "notice", message: "Ours." } },
  ]);
  await testStore.store.wire.append(lease, '{"ours":true}\n');
  const decisions = await layDecisions(testStore, lease);
  const [approvedSessionId, rejectedSessionId] = [await aPlannedSession(), await aPlannedSession()];
  const mcpConnection = await createMcpConnection(served.ports, admin, {
    name: "ours",
    server: { type: "remote", url: "https://mcp.ours.example/", headers: { authorization: "sesame-45" } },
  });
  const secret = await createSecret(served.ports, testStore.organizationId, {
    key: "OURS",
    value: "sesame-42",
  });
  await bindSecret(served.ports, secret, {
    hosts: ["ours.example"],
    header: "authorization",
    prefix: "Bearer ",
  });
  await testStore.store.organizations.setEgress(testStore.organizationId, {
    preset: "custom",
    allow: ["ours.example"],
  });
  const integration = await createIntegration(served.ports, testStore.organizationId, {
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
    organizationId: testStore.organizationId,
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
  const skill = await createSkill(served.ports, testStore.organizationId, {
    name: "ours",
    description: "Ours.",
    files: [{ filename: "SKILL.md", content: "Ours." }],
  });
  const { webhook } = await createWebhook(served.ports, organizationId, {
    url: "https://ours.example/",
    description: "Ours.",
    events: ["*"],
    isEnabled: true,
  });
  const outgoing = await testWebhook(served.ports, { organizationId, id: webhook.id });
  const by = { organizationId: testStore.organizationId, authorId: null };
  const words = {
    name: "ours",
    key: "ours",
    instructions: { type: "doc", content: [{ type: "text", text: "Go." }] },
  };
  const start = { crons: ["@daily"], triggers: [{ name: "github.issue.opened" }] };
  const agent = await createAgent(served.ports, by, words, start);
  const run = await requestRun(served.ports, agent, { cause: "api", payload: {} });
  const starts = {
    schedules: (await testStore.store.agentSchedules.list(agent.id, { limit: 1 })).items,
    triggers: (await testStore.store.agentTriggers.list(agent.id, { limit: 1 })).items,
  };
  const { items } = await testStore.store.apiKeys.list(testStore.organizationId, { limit: 1 });
  const attachment = await storeAttachment(served.ports, testStore.organizationId, {
    name: "ours.txt",
    mediaType: "text/plain",
    bytes: Readable.from([Buffer.from("ours")]),
  });
  await testStore.store.usage.add(
    { organizationId, sessionId: session.id, turnId: lease.turnId },
    aUsage,
    someTime,
  );
  const { ports } = served;
  const invite = (email: string) => inviteMember(ports, organizationId, { email, role: "member" });
  const invited = await invite("invited@example.com");
  const leaving = await invite("leaving@example.com");
  const leaver = await createMemberKey(ports, admin, {
    name: null,
    memberId: leaving.id,
    organizationId: null,
  });
  // Later than the first: ids of one moment are in no order.
  const later = { store: ports.store, clock: { now: () => new Date() } };
  const closing = await createOrganization(later, admin, { name: "Closing", slug: null });
  const closer = await createMemberKey(ports, admin, {
    name: null,
    memberId: null,
    organizationId: closing.id,
  });
  given = {
    "DELETE /v1/users/{userId}": { key: leaver.token, ids: { userId: leaver.key.userId } },
    "DELETE /v1/organizations/{organizationId}": { key: closer.token, ids: { organizationId: closing.id } },
  };
  ids = {
    memberId: invited.id,
    userId: testStore.userId,
    connectedAccountId: items[0]!.id,
    messageId: await testStore.addMessage(session.id),
    attachmentId: attachment.id,
    sessionId: session.id,
    diffId: diff.id,
    pullRequestId: pullRequest.id,
    repositoryId: repository.id,
    apiKeyId: items[0]!.id,
    organizationId: testStore.organizationId,
    secretId: secret.id,
    deliveryId,
    webhookId: webhook.id,
    outgoingDeliveryId: outgoing.id,
    integrationId: integration.id,
    // Of an integration it is the same id.
    sourceId: integration.id,
    deletedSessionId: (await testStore.addSession({}, [repository])).id,
    skillId: skill.id,
    agentId: agent.id,
    keyOrId: "ours",
    runId: run.id,
    scheduleId: starts.schedules[0]!.id,
    triggerId: starts.triggers[0]!.id,
    version: "1",
    templateName: "prReview",
    mcpConnectionId: mcpConnection.id,
    approvedSessionId,
    rejectedSessionId,
    ...decisions,
    fileId: decisions.artifactId,
  };
});
after(() => served.close());

const aUsage = {
  model: "m",
  answerId: newId(),
  inputTokens: 1,
  outputTokens: 1,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  costMicroUsd: 1,
};

/** A session whose turn has ended with a plan. */
async function aPlannedSession(): Promise<string> {
  const { testStore } = served;
  const { id } = await testStore.addSession();
  const lease = await testStore.startTurn(id);
  await layDecisions(testStore, lease);
  await testStore.store.turns.end(lease, { status: "completed" }, someTime);
  return id;
}

/** What an operation with a body is asked with. One that is not here makes its test fail: say what shows that it keeps apart. */
const bodies: Readonly<Record<string, unknown>> = {
  "POST /v1/sessions": { description: "Wait.", queueRightAway: false },
  "PATCH /v1/sessions/{sessionId}": { isPinned: true },
  "POST /v1/sessions/{sessionId}/fork": {},
  "POST /session/create": { prompt: "Wait.", queueRightAway: false },
  "POST /task/create": { prompt: "Wait.", queueRightAway: false },
  "POST /session/{sessionId}/messages": { content: "More." },
  "POST /v1/messages": () => ({ content: "More.", sessionId: ids.sessionId }),
  "POST /v1/sessions/live": () => ({ scope: { sessionId: ids.sessionId } }),
  "POST /v1/messages/live": () => ({ scope: { sessionId: ids.sessionId } }),
  "POST /v1/artifacts": () => ({
    sessionId: ids.sessionId,
    title: "More",
    output: { type: "markdown", content: "More." },
  }),
  "PATCH /v1/insights": { enabled: true },
  "PATCH /v1/messages/{messageId}": { content: "Other." },
  "POST /v1/repositories": { owner: "ours", name: "another" },
  "PATCH /v1/repositories/{repositoryId}": { fixesChecks: true },
  "POST /v1/integrations": { type: "gitlab", accessToken: "another" },
  "POST /v1/integrations/sync": {},
  "POST /v1/integrations/{integrationId}/sync": { mode: "queued" },
  "PATCH /v1/integrations/{integrationId}": { displayName: "another" },
  "POST /v1/api-keys": { name: "another" },
  "PATCH /v1/api-keys/{apiKeyId}": { name: "renamed" },
  "POST /v1/organizations": { name: "Another" },
  "PATCH /v1/organizations/{organizationId}": { name: "Renamed" },
  "POST /v1/organizations/{organizationId}/members": { emailAddress: "another@example.com" },
  "PATCH /v1/organizations/{organizationId}/members/{memberId}": { role: "org:admin" },
  "PATCH /v1/users/{userId}": { name: "Renamed" },
  "DELETE /v1/users/{userId}": {},
  "PATCH /v1/users/{userId}/settings": { followUpBehavior: "steer" },
  "POST /agent": { name: "another", jsonContent: {} },
  "POST /agent/{keyOrId}/trigger": {},
  "POST /v1/agents": { name: "another" },
  "PATCH /v1/agents/{agentId}": { name: "changed" },
  "POST /v1/agents/{agentId}/runs": {},
  "PATCH /v1/agents/{agentId}/run-policy": { overlap: "queue" },
  "POST /v1/agents/{agentId}/schedules": { cron: "@daily" },
  "PATCH /v1/agents/{agentId}/schedules/{scheduleId}": { cron: "@weekly" },
  "POST /v1/agents/{agentId}/triggers": { name: "github.issue.opened" },
  "PATCH /v1/agents/{agentId}/triggers/{triggerId}": { name: "github.issue.closed" },
  "POST /v1/agents/{agentId}/content-revisions/{version}/restore": { expectedContentVersion: 1 },
  "POST /v1/skills": {
    name: "another",
    description: "Another.",
    files: [{ filename: "SKILL.md", content: "Another." }],
  },
  "PATCH /v1/skills/{skillId}": { description: "Changed." },
  "POST /v1/organizations/{organizationId}/secrets": { key: "ANOTHER", value: "sesame-43" },
  "PATCH /v1/organizations/{organizationId}/secrets/{secretId}": { value: "sesame-44" },
  "PUT /v1/organizations/{organizationId}/secrets/{secretId}/binding": {
    hosts: ["ours.example"],
    header: "authorization",
    prefix: "",
  },
  "PATCH /v1/organizations/{organizationId}/settings": { draftPrs: true },
  "PUT /v1/organizations/{organizationId}/egress": { preset: "custom", allow: ["ours.example"] },
  "PUT /v1/organizations/{organizationId}/budget": { perSessionUsd: 1, perMonthUsd: null },
  "PATCH /v1/organizations/{organizationId}/permission-policy": { rules: { delete: "ask" } },
  "POST /v1/sessions/{sessionId}/keep-alive": { minutes: 5 },
  "POST /v1/sessions/{sessionId}/permissions/{permissionId}": { decision: "allow" },
  "POST /v1/sessions/{sessionId}/questions/{questionId}": { answer: "Yes." },
  "PATCH /v1/sessions/{sessionId}/plan": { content: "Other." },
  "POST /v1/sessions/{sessionId}/plan/approve": { content: "Do it so." },
  "POST /v1/sessions/{sessionId}/plan/reject": { comment: "Not so." },
  "PATCH /v1/models/{modelName}": { enabled: false },
  "POST /v1/mcp-connections": { type: "stdio", name: "another", command: "true" },
  "PATCH /v1/mcp-connections/{mcpConnectionId}": { type: "remote", name: "changed" },
  "POST /v1/webhooks": { url: "https://another.example/" },
  "PATCH /v1/webhooks/{webhookId}": { description: "Changed." },
  "POST /v1/webhooks/{webhookId}/rotate-secret": {},
};

/** Sessions of their own for what can be decided once, when no turn runs. */
const sessionOf: Readonly<Record<string, string>> = {
  "DELETE /v1/sessions/{sessionId}": "deletedSessionId",
  "POST /v1/sessions/{sessionId}/plan/approve": "approvedSessionId",
  "POST /v1/sessions/{sessionId}/plan/reject": "rejectedSessionId",
};

/** Operations that name in their body what they are about. */
const namesInBody: ReadonlySet<string> = new Set([
  "POST /v1/messages",
  "POST /v1/artifacts",
  "POST /v1/sessions/live",
  "POST /v1/messages/live",
]);

/** What queries must hold. */
const queries: Readonly<Record<string, string>> = {
  "GET /session/search": "?q=login",
  "GET /task/search": "?q=login",
};

/** What they ask once: the name is taken then. */
const isTakenOnce: ReadonlySet<string> = new Set(["POST /v1/repositories", "POST /v1/mcp-connections"]);

/** Operations that act on the caller's own organization by definition, and what they may be asked of another's. */
const actsOnOwn: ReadonlySet<string> = new Set([
  "POST /session/create",
  "POST /task/create",
  "POST /agent",
  "POST /v1/agents",
  // Templates are everybody's.
  "GET /v1/agents/templates",
  "GET /v1/agents/templates/{templateName}",
  "POST /v1/sessions",
  // Two sources are everybody's, each under ids of their own.
  "GET /v1/sessions/sources",
  "POST /v1/repositories",
  "POST /v1/api-keys",
  "POST /v1/attachments",
  "POST /v1/skills",
  "POST /v1/integrations",
  "POST /v1/integrations/sync",
  "GET /v1/integrations/sync/status",
  "GET /v1/integrations/providers",
  "GET /v1/integrations/triggers",
  // The catalogue and the harnesses are everybody's; what is chosen of them is the caller's own, which a test below holds.
  "GET /v1/models",
  "PATCH /v1/models/{modelName}",
  "GET /v1/runtimes",
  "POST /v1/mcp-connections",
  "POST /v1/webhooks",
  "GET /me",
  "GET /auth/context",
  "GET /v1/billing",
  // What is counted of others' pull requests is held apart by the lists of them.
  "GET /v1/insights",
  "PATCH /v1/insights",
  "POST /v1/organizations",
  // What its connection tells is held apart in http/live/.
  "POST /v1/live",
]);

function requestFor(operation: Operation): { readonly path: string; readonly init: RequestInit } {
  const name = `${operation.method} ${operation.path}`;
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => {
    if (parameter === "modelName") return "claude-opus-4-5";
    const id =
      given[name]?.ids[parameter] ??
      ids[parameter === "sessionId" ? (sessionOf[name] ?? parameter) : parameter];
    assert.ok(id !== undefined, `${name}: this test has no ${parameter} of ours; make one in its "before"`);
    return id;
  });
  const wanted = bodies[name];
  const body = typeof wanted === "function" ? wanted() : wanted;
  assert.equal(
    body !== undefined,
    operation.body !== undefined,
    `${name}: give it a body in this test, exactly when the contract has one`,
  );
  return {
    path: `${path}${queries[name] ?? ""}`,
    init: {
      method: operation.method,
      ...(operation.takesBytes === true && { body: "bytes" }),
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    },
  };
}

async function ask(operation: Operation, key: string, prefix = "") {
  const { path, init } = requestFor(operation);
  const stop = new AbortController();
  const response = await served.ask(`${prefix}${path}`, key, { ...init, signal: stop.signal });
  if (!response.headers.get("content-type")?.startsWith("application/json")) {
    stop.abort();
    return { status: response.status, body: {} };
  }
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const listIn = (body: Record<string, unknown>) =>
  Object.values(body).find(Array.isArray) as unknown[] | undefined;

const all = (Object.values(operations) as readonly Operation[]).filter(({ status }) => status !== 101);
/** They see nothing before they have made anything; and what deletes goes last, as the others need what is there. */
const order = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const inOrder = [...all].sort(
  (a, b) => order.indexOf(a.method) - order.indexOf(b.method) || b.path.length - a.path.length,
);

for (const operation of inOrder) {
  const name = `${operation.method} ${operation.path}`;
  test(`${name} keeps organizations apart`, async () => {
    for (const prefix of ["", "/api/public-api"]) {
      const { status, body } = await ask(operation, theirs, prefix);
      const text = JSON.stringify(body);
      if (!actsOnOwn.has(name) && (operation.path.includes("{") || namesInBody.has(name))) {
        assert.equal(status, 404, text);
        assert.match(String(body.error), /^There is no|has no/);
      } else if (!actsOnOwn.has(name)) {
        assert.equal(
          operation.method,
          "GET",
          `${name}: say in this test whether it acts on the caller's own organization`,
        );
        assert.equal(status, 200, text);
        const list = listIn(body);
        assert.ok(list !== undefined, `${name}: is no list; say in this test what it may show`);
        const expected = name === "GET /v1/api-keys" ? /tembo_…/ : /^\[\]$/;
        assert.match(JSON.stringify(list), expected, text);
      }
      for (const secret of [
        served.testStore.organizationId,
        ids.sessionId!,
        ids.repositoryId!,
        ids.apiKeyId!,
        ids.integrationId!,
        ids.mcpConnectionId!,
        ids.webhookId!,
        ids.outgoingDeliveryId!,
        ids.artifactId!,
      ]) {
        const asked = JSON.stringify(requestFor(operation)).includes(secret);
        if (!asked) assert.ok(!text.includes(secret), `${name} tells of ours: ${text}`);
      }
      if (isTakenOnce.has(name)) break;
    }
    // The control: with our key the same request finds what is ours.
    const control = await ask(operation, given[name]?.key ?? ours);
    const isTaken = name === "POST /v1/repositories";
    assert.equal(control.status, isTaken ? 409 : operation.status, JSON.stringify(control.body));
    if (operation.method === "GET" && !operation.path.endsWith("}") && listIn(control.body) !== undefined)
      assert.notEqual(listIn(control.body)!.length, 0, "ours lists something");
  });
}

test("what one organization chooses of the models is not another's choice", async () => {
  const isEnabled = async (key: string) => {
    const { items } = (await (await served.ask("/v1/models", key)).json()) as {
      items: { name: string; enabled: boolean }[];
    };
    return items.find(({ name }) => name === "claude-opus-4-5")!.enabled;
  };
  const choose = (key: string, enabled: boolean) =>
    served.ask("/v1/models/claude-opus-4-5", key, {
      method: "PATCH",
      body: JSON.stringify({ enabled }),
      headers: { "content-type": "application/json" },
    });
  for (const isOurs of [true, false]) {
    assert.equal((await choose(ours, isOurs)).status, 200);
    assert.equal((await choose(theirs, !isOurs)).status, 200);
    assert.deepEqual([await isEnabled(ours), await isEnabled(theirs)], [isOurs, !isOurs]);
  }
});

test("ids of ours in the body of theirs are unknown", async () => {
  const post = (key: string, body: unknown) =>
    served.ask("/session/create", key, {
      method: "POST",
      body: JSON.stringify({ prompt: "Go.", queueRightAway: false, ...(body as object) }),
      headers: { "content-type": "application/json" },
    });
  const body = { codeRepoIds: [ids.repositoryId] };
  assert.equal((await post(theirs, body)).status, 400);
  assert.equal((await post(ours, body)).status, 200);
});

test("every parameter, of path or cursor, that names a thing of ours shows nothing to them", async () => {
  // Keys, numbers and names of templates are no secrets.
  const given = Object.values(ids).filter((id) => id.includes("-"));
  for (const path of [
    "/v1/repositories",
    "/v1/api-keys",
    "/v1/pull-requests",
    "/v1/integrations",
    "/v1/artifacts",
    "/v1/mcp-connections",
    "/v1/agents",
    "/v1/webhooks",
  ]) {
    for (const cursor of given) {
      const body = (await (await served.ask(`${path}?cursor=${cursor}`, theirs)).json()) as object;
      for (const id of given) assert.ok(!JSON.stringify(body).includes(id));
    }
  }
});
