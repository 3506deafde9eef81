import assert from "node:assert/strict";
import type { FakeGitlabServer } from "../../../../server/src/forge/gitlab/testing/fake-server.ts";
import { seedAttempts } from "../../../../server/src/testing/seed-attempts.ts";
import { type Edge, eventually } from "../../support/api-edge.ts";
import { API_KEY } from "../../support/index.ts";
import { connectGitlab } from "../../talking/connect-gitlab.ts";
import { createPerson } from "../../talking/person.ts";
import { BODIES, mcpConnectionBody, skillOf, subscriptionOf, UPLOAD } from "./operation-requests.ts";
import { seedDecisions } from "./seed-decisions.ts";
import { aProject } from "./seed-project.ts";

/**
 * Seeds one resource of every kind: a session with a completed turn, everything that the session created, and
 * everything that only a user creates.
 */
export async function seedThings(edge: Edge, gitlab: FakeGitlabServer) {
  const repository = await edge.repository("ops/app", { "a.txt": "1\n" });
  const session = await edge.client.session.create({
    prompt: 'Work. SCRIPT(write("b.txt", "2\\n"), say("Done."))',
    repositories: [repository.url],
  });
  const events = await edge.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  await createPerson(edge.url, API_KEY, "ops/app").openIssue("Told to the product");
  await eventually(async () => (await edge.client.deliveries.list()).items.length > 0);
  const first = async (path: string) => (await edge.json<{ items: { id: string }[] }>({ path })).items[0]!.id;
  const { organizationId, userId } = await ownIds(edge);
  const apiKeyId = await first("/v1/api-keys");
  const decisions = await seedDecisions(edge.pool, session.id);
  const draft = await edge.client.session.create({ prompt: "Wait.", queueRightAway: false });
  await seedAttempts(edge.pool, [session.id, draft.id]);
  const pullRequestId = await first("/v1/pull-requests");
  /** An existing ID for each parameter in the contract's paths. */
  const ids = {
    organizationId,
    userId,
    sessionId: session.id,
    diffId: await first(`/v1/sessions/${session.id}/diffs`),
    pullRequestId,
    commentId: await aThread(edge, pullRequestId),
    repositoryId: repository.id,
    apiKeyId,
    connectedAccountId: apiKeyId,
    modelName: "gemini-2.5-flash",
    modelProvider: "gemini",
    sourceId: await first("/v1/sessions/sources"),
    deliveryId: await first("/v1/webhook-deliveries"),
    integrationId: (await connectGitlab(edge.client, gitlab)).integration.id,
    mcpConnectionId: await anMcpConnection(edge),
    ...(await aWebhook(edge)),
    ...(await aPushSubscription(edge, userId)),
    signInId: (await aSignIn(edge, organizationId, "signed-in@example.com")).signInId,
    memberId: await anInvitation(edge, organizationId, "first@example.com"),
    secretId: await aSecret(edge, organizationId),
    messageId: await first(`/v1/sessions/${session.id}/messages`),
    attachmentId: (await edge.json<{ id: string }>(UPLOAD)).id,
    skillId: await aSkill(edge, "first"),
    ...(await anAgent(edge)),
    ...(await aService(edge, session.id)),
    ...(await aPreview(edge, session.id)),
    ...(await aProject(edge)),
    ...decisions,
    fileId: decisions.artifactId,
  };
  return { ids, repositoryUrl: repository.url };
}

async function ownIds(edge: Edge) {
  const { orgId, userId } = await edge.json<{ orgId: string; userId: string }>({ path: "/me" });
  return { organizationId: orgId, userId };
}

export async function anInvitation(
  edge: Edge,
  organizationId: string,
  emailAddress: string,
): Promise<string> {
  const path = `/v1/organizations/${organizationId}/members`;
  return (await edge.json<{ id: string }>({ path, body: { emailAddress } })).id;
}

/** Inserts a service into the database, as if the session's sandbox had started it. */
async function aService(edge: Edge, sessionId: string) {
  await edge.pool.query(
    `insert into session_services (session_id, name, sandbox_id, position, command, state, started_at, changed_at)
     values ($1, 'db', gen_random_uuid(), 0, 'postgres', 'stopped', now(), now())`,
    [sessionId],
  );
  return { serviceName: "db" };
}

/** Publishes a port of the session, with a share link. */
export async function aPreview(edge: Edge, sessionId: string) {
  const path = `/v1/sessions/${sessionId}/previews`;
  const preview = await edge.json<{ id: string; url: string }>({ path, body: { port: 3000 } });
  const share = await edge.json<{ id: string }>({ path: `${path}/${preview.id}/shares`, body: {} });
  return { previewId: preview.id, previewShareId: share.id, previewHost: new URL(preview.url).host };
}

/** Adds a member who has signed in once. */
async function aSignIn(edge: Edge, organizationId: string, emailAddress: string) {
  const memberId = await anInvitation(edge, organizationId, emailAddress);
  const { token } = await edge.json<{ token: string }>({ path: "/v1/api-keys", body: { memberId } });
  await edge.json({ path: "/v1/sign-in", key: null, body: { apiKey: token } });
  const path = `/v1/organizations/${organizationId}/members/${memberId}/sign-ins`;
  const { items } = await edge.json<{ items: { id: string }[] }>({ path });
  return { memberId, signInId: items[0]!.id };
}

/** Seeds a sign-in, a user and an organization to delete. Each has a key that is allowed to delete it. */
export async function theDeparting(edge: Edge, organizationId: string, name: string) {
  const memberId = await anInvitation(edge, organizationId, `${name}@example.com`);
  const keyFor = (body: object) =>
    edge.json<{ token: string; userId: string }>({ path: "/v1/api-keys", body });
  const person = await keyFor({ memberId });
  // The API creates keys for another organization only with a sign-in.
  const other = await edge.stranger();
  const signIn = await aSignIn(edge, organizationId, `${name}-signed-in@example.com`);
  return {
    memberSignInDelete: { key: API_KEY, values: signIn },
    userDelete: { key: person.token, values: { userId: person.userId } },
    organizationDelete: { key: other.key, values: { organizationId: other.organizationId } },
  } as Readonly<Record<string, { key: string; values: Record<string, string> }>>;
}

async function aThread(edge: Edge, pullRequestId: string): Promise<string> {
  const body = { body: "Why two?", place: { path: "b.txt", line: 1 } };
  return (await edge.json<{ id: string }>({ path: `/v1/pull-requests/${pullRequestId}/comments`, body })).id;
}

let secrets = 0;
export async function aSecret(edge: Edge, organizationId: string): Promise<string> {
  const body = { key: `SECRET_${++secrets}`, value: "hidden-value" };
  const path = `/v1/organizations/${organizationId}/secrets`;
  return (await edge.json<{ id: string }>({ path, body })).id;
}

/** Creates an agent with one run. The agent does not start another run by itself during the tests. */
export async function anAgent(edge: Edge) {
  const { id } = await edge.client.agents.create({
    name: "Waiting",
    triggers: [{ name: "github.release.published" }],
    schedules: [{ cron: "0 0 1 1 *" }],
  });
  await edge.client.agents.update(id, { key: `waiting-${id.slice(-12)}` });
  const { jobId } = await edge.client.agents.runs.create(id);
  return {
    agentId: id,
    keyOrId: id,
    runId: jobId,
    version: "1",
    templateName: "prReview",
    scheduleId: (await edge.client.agents.schedules.list(id)).items[0]!.id,
    triggerId: (await edge.client.agents.triggers.list(id)).items[0]!.id,
  };
}

export async function aSkill(edge: Edge, name: string): Promise<string> {
  return (await edge.json<{ id: string }>({ path: "/v1/skills", body: skillOf(name) })).id;
}

export async function anMcpConnection(edge: Edge): Promise<string> {
  const body = mcpConnectionBody();
  const made = await edge.json<{ connection: { id: string } }>({ path: "/v1/mcp-connections", body });
  return made.connection.id;
}

/** Registers a browser whose push service does not exist. */
export async function aPushSubscription(edge: Edge, userId: string) {
  const path = `/v1/users/${userId}/push-subscriptions`;
  return {
    pushSubscriptionId: (await edge.json<{ id: string }>({ path, body: subscriptionOf("seeded") })).id,
  };
}

/** Creates a webhook to a host that does not resolve. */
export async function aWebhook(edge: Edge) {
  const path = "/v1/webhooks";
  const { id: webhookId } = await edge.json<{ id: string }>({ path, body: BODIES[path] });
  const test = { method: "POST", path: `${path}/${webhookId}/test` };
  return { webhookId, outgoingDeliveryId: (await edge.json<{ id: string }>(test)).id };
}
