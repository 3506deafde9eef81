import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Operation, operations } from "@tembo/contract";
import type { FakeGitlabServer } from "../../../../server/src/forge/gitlab/testing/fake-server.ts";
import { type Edge, eventually, startEdge } from "../../support/api-edge.ts";
import { API_KEY } from "../../support/index.ts";
import { connectGitlab, startGitlab } from "../../talking/connect-gitlab.ts";
import { createPerson } from "../../talking/person.ts";
import { layDecisions } from "./lay-decisions.ts";

const NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057";
const PREFIXES = ["", "/api/public-api"];
let edge: Edge;
let gitlab: FakeGitlabServer;
/** Ids of one session that has worked, of everything that came out of it, and of a key. */
let ids: Record<string, string>;
let repositoryUrl: string;

before(async () => {
  [edge, gitlab] = await Promise.all([startEdge(), startGitlab()]);
  const repository = await edge.repository("ops/app", { "a.txt": "1\n" });
  repositoryUrl = repository.url;
  const session = await edge.client.session.create({
    prompt: 'Work. SCRIPT(write("b.txt", "2\\n"), say("Done."))',
    repositories: [repository.url],
  });
  const events = await edge.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  await createPerson(edge.url, API_KEY, "ops/app").openIssue("Told to the product");
  await eventually(async () => (await edge.client.deliveries.list()).items.length > 0);
  const first = async (path: string) => (await edge.json<{ items: { id: string }[] }>({ path })).items[0]!.id;
  ids = {
    sessionId: session.id,
    diffId: await first(`/v1/sessions/${session.id}/diffs`),
    pullRequestId: await first("/v1/pull-requests"),
    repositoryId: repository.id,
    apiKeyId: await first("/v1/api-keys"),
    modelName: "gemini-2.5-flash",
    sourceId: await first("/v1/sessions/sources"),
    deliveryId: await first("/v1/webhook-deliveries"),
    integrationId: (await connectGitlab(edge.client, gitlab)).integration.id,
    mcpConnectionId: await anMcpConnection(),
    ...(await ownIds()),
    ...(await aWebhook()),
  };
  ids.memberId = await anInvitation("first@example.com");
  ids.connectedAccountId = ids.apiKeyId!;
  ids.secretId = await aSecret();
  ids.messageId = await first(`/v1/sessions/${session.id}/messages`);
  ids.attachmentId = (await edge.json<{ id: string }>(UPLOAD)).id;
  ids.skillId = await aSkill("first");
  Object.assign(ids, await anAgent());
  Object.assign(ids, await layDecisions(edge.pool, session.id));
  ids.fileId = ids.artifactId!;
});
after(async () => {
  await edge.close();
  await gitlab.close();
});

/** Bytes are sent as a text is. */
const UPLOAD = {
  method: "POST",
  path: "/v1/attachments",
  body: "words",
  headers: { "content-type": "text/plain" },
};

const inOrganization = "/v1/organizations/{organizationId}";
const BODIES: Readonly<Record<string, unknown>> = {
  "/session/create": { prompt: "Wait.", queueRightAway: false },
  "/task/create": { prompt: "Wait.", queueRightAway: false },
  "/v1/sessions": { description: "Wait.", queueRightAway: false },
  "/v1/sessions/{sessionId}": { isPinned: true },
  "/v1/sessions/{sessionId}/fork": {},
  "/session/{sessionId}/messages": { content: "More." },
  "/v1/sessions/{sessionId}/keep-alive": { minutes: 0 },
  "/v1/messages/{messageId}": { content: "Other." },
  "/agent": { name: "made", jsonContent: { type: "doc" } },
  "/agent/{keyOrId}/trigger": { from: "a webhook" },
  "/v1/agents": { name: "made" },
  "/v1/agents/{agentId}": { name: "changed" },
  "/v1/agents/{agentId}/runs": { from: "a person" },
  "/v1/agents/{agentId}/run-policy": { overlap: "parallel" },
  "/v1/agents/{agentId}/schedules": { cron: "0 0 1 1 *" },
  "/v1/agents/{agentId}/schedules/{scheduleId}": { cron: "0 0 2 1 *" },
  "/v1/agents/{agentId}/triggers": { name: "github.issue.opened" },
  "/v1/agents/{agentId}/triggers/{triggerId}": { name: "github.issue.closed" },
  "/v1/agents/{agentId}/content-revisions/{version}/restore": { expectedContentVersion: 1 },
  "/v1/repositories": { owner: "ops", name: "made" },
  "/v1/repositories/{repositoryId}": { fixesChecks: false },
  "/v1/integrations/sync": {},
  "/v1/integrations/{integrationId}": { displayName: "Renamed" },
  "/v1/integrations/{integrationId}/sync": { mode: "queued" },
  "/v1/api-keys": { name: "made" },
  "/v1/api-keys/{apiKeyId}": { name: "renamed" },
  "/v1/organizations": { name: "Made" },
  [inOrganization]: { name: "Renamed" },
  [`${inOrganization}/members`]: { emailAddress: "made@example.com" },
  [`${inOrganization}/members/{memberId}`]: { role: "org:admin" },
  "/v1/users/{userId}/settings": { followUpBehavior: "steer" },
  "/v1/insights": { enabled: true },
  "/v1/models/{modelName}": { enabled: false },
  "/v1/skills/{skillId}": { description: "Changed." },
  "/v1/mcp-connections/{mcpConnectionId}": { type: "stdio", args: ["--changed"] },
  [`${inOrganization}/secrets`]: { key: "MADE", value: "hidden-value" },
  [`${inOrganization}/secrets/{secretId}`]: { value: "other-value" },
  [`${inOrganization}/secrets/{secretId}/binding`]: { hosts: ["api.example.com"], header: "authorization" },
  [`${inOrganization}/settings`]: { draftPrs: true },
  [`${inOrganization}/egress`]: { preset: "registries" },
  [`${inOrganization}/budget`]: { perSessionUsd: 2.5, perMonthUsd: null },
  [`${inOrganization}/permission-policy`]: { rules: { delete: "ask" } },
  "/v1/sessions/{sessionId}/permissions/{permissionId}": { decision: "allow" },
  "/v1/sessions/{sessionId}/questions/{questionId}": { answer: "Yes." },
  "/v1/sessions/{sessionId}/plan": { content: "Do it." },
  "/v1/sessions/{sessionId}/plan/reject": { comment: "Not so." },
  "/v1/webhooks": { url: "https://hooks.invalid/", events: ["pull_request.merged"] },
  "/v1/webhooks/{webhookId}": { description: "Changed." },
  "/v1/webhooks/{webhookId}/rotate-secret": {},
};

async function ownIds() {
  const { orgId, userId } = await edge.json<{ orgId: string; userId: string }>({ path: "/me" });
  return { organizationId: orgId, userId };
}

async function anInvitation(emailAddress: string): Promise<string> {
  const path = `/v1/organizations/${ids.organizationId}/members`;
  return (await edge.json<{ id: string }>({ path, body: { emailAddress } })).id;
}

/** What is there to be deleted, with the key that may: a person, and an organization. */
async function theDeparting(name: string) {
  const memberId = await anInvitation(`${name}@example.com`);
  const keyFor = (body: object) =>
    edge.json<{ token: string; userId: string }>({ path: "/v1/api-keys", body });
  const person = await keyFor({ memberId });
  const { id: organizationId } = await edge.json<{ id: string }>({
    path: "/v1/organizations",
    body: { name },
  });
  const { token } = await keyFor({ organizationId });
  return {
    userDelete: { key: person.token, values: { userId: person.userId } },
    organizationDelete: { key: token, values: { organizationId } },
  } as Readonly<Record<string, { key: string; values: Record<string, string> }>>;
}

let secrets = 0;
async function aSecret(): Promise<string> {
  const body = { key: `SECRET_${++secrets}`, value: "hidden-value" };
  const path = `/v1/organizations/${ids.organizationId}/secrets`;
  return (await edge.json<{ id: string }>({ path, body })).id;
}

/** One that starts nothing by itself while the tests run. */
async function anAgent() {
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

const skillOf = (name: string) => ({
  name,
  description: "How it is done.",
  files: [{ filename: "SKILL.md", content: "So." }],
});

async function aSkill(name: string): Promise<string> {
  return (await edge.json<{ id: string }>({ path: "/v1/skills", body: skillOf(name) })).id;
}

const artifactOf = (sessionId: string) => ({
  sessionId,
  title: "Made",
  output: { type: "json", content: "{}" },
});

const onboarding = { positionInCompany: "Lead", useCase: "Chores", howDidYouHear: "A friend" };

let mcpConnections = 0;
const mcpConnectionBody = () => ({ type: "stdio", name: `server ${++mcpConnections}`, command: "true" });
async function anMcpConnection(): Promise<string> {
  const body = mcpConnectionBody();
  const made = await edge.json<{ connection: { id: string } }>({ path: "/v1/mcp-connections", body });
  return made.connection.id;
}

/** Nothing leads to its host. */
async function aWebhook() {
  const path = "/v1/webhooks";
  const { id: webhookId } = await edge.json<{ id: string }>({ path, body: BODIES[path] });
  const test = { method: "POST", path: `${path}/${webhookId}/test` };
  return { webhookId, outgoingDeliveryId: (await edge.json<{ id: string }>(test)).id };
}

/** What a new integration is made from: an application that nobody has agreed to yet. */
const application = () => ({
  type: "gitlab",
  baseUrl: gitlab.url,
  oauth: { clientId: "client", clientSecret: "hidden-value" },
});

function bodyFor({ method, path }: Operation): unknown {
  if (/^\/v1\/(sessions|messages)\/live$/.test(path)) return { scope: { sessionId: ids.sessionId } };
  if (path === "/v1/messages") return { content: "More.", sessionId: ids.sessionId };
  if (path === "/v1/artifacts") return artifactOf(ids.sessionId!);
  if (path === "/v1/skills") return skillOf("made");
  if (path === "/v1/mcp-connections") return mcpConnectionBody();
  if (path === "/v1/users/{userId}") return method === "PATCH" ? { onboarding } : {};
  return path === "/v1/integrations" ? application() : BODIES[path];
}

function requestFor(operation: Operation, values: Readonly<Record<string, string>>) {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name]!);
  return {
    method: operation.method,
    path: path.endsWith("/search") ? `${path}?q=a` : path,
    ...(operation.body !== undefined && { body: bodyFor(operation) }),
    ...(operation.takesBytes === true && { body: UPLOAD.body, headers: UPLOAD.headers }),
  };
}

const all = Object.entries(operations) as [string, Operation][];
/** WebSockets are opened by a ticket; their story tells of them. */
const answering = all.filter(([, { status }]) => status !== 101);

describe("whose key it is", () => {
  for (const [name, operation] of all) {
    test(`${name} takes no request without a good key, at either prefix`, async () => {
      const request = requestFor(operation, ids);
      for (const prefix of PREFIXES) {
        for (const key of [null, "tembo_unknown_key_0123456789", "x".repeat(5_000)]) {
          const response = await edge.refused(
            401,
            { ...request, path: `${prefix}${request.path}`, key },
            /key/,
          );
          assert.match(response.headers.get("www-authenticate") ?? "", /^Bearer/);
        }
      }
    });

    if (operation.status === 101) continue;
    test(`${name} shows and changes nothing of another organization`, async () => {
      const { key, organizationId, userId } = await edge.stranger();
      const request = { ...requestFor(operation, ids), key };
      if (name === "modelUpdate") {
        // The catalogue is everybody's; what is decided about it is the organization's own.
        assert.equal((await edge.json<{ enabled: boolean }>(request)).enabled, false);
        const { items } = await edge.json<{ items: { enabled: boolean }[] }>({ path: "/v1/models" });
        assert.ok(items.every(({ enabled }) => enabled));
        return;
      }
      // Templates are everybody's.
      if (name.startsWith("agentTemplate")) return;
      if (operation.path.startsWith("/v1/sessions/sources") && operation.params === undefined) {
        const { items } = await edge.json<{ items: { id: string; integration: unknown }[] }>(request);
        assert.ok(
          items.length === 2 &&
            items.every(({ id, integration }) => id !== ids.sourceId && integration === null),
        );
        return;
      }
      if (operation.params !== undefined) {
        await edge.refused(404, request, /There is no|has no/);
        return;
      }
      if (operation.method === "POST") {
        // What exists elsewhere is taken here as well, and only that is told.
        if (/^\/v1\/(messages|artifacts)$|s\/live$/.test(operation.path))
          await edge.refused(404, request, /There is no session/);
        if (operation.path === "/v1/repositories")
          await edge.refused(409, { ...request, body: { owner: "ops", name: "app" } }, /name/);
        if (operation.path.endsWith("/create")) {
          for (const mine of [{ repositories: [repositoryUrl] }, { codeRepoIds: [ids.repositoryId] }])
            await edge.refused(400, { ...request, body: { prompt: "Go.", ...mine } }, /not connected/);
        }
        return;
      }
      const body = await edge.json<Record<string, unknown>>(request);
      if (name === "me") assert.deepEqual(body, { orgId: organizationId, userId });
      else if (name === "authContext") assert.deepEqual(body, { userId, organizationId, role: "org:admin" });
      else if (name === "billingRetrieve")
        assert.equal((body.onDemand as { currentUsage: number }).currentUsage, 0);
      else if (operation.path === "/v1/insights") {
        const { summary } = (body as { data: { summary: { prsCreated: number } } }).data;
        assert.deepEqual([body.id, summary.prsCreated], [organizationId, 0]);
      } else if (name === "integrationSyncStatusRetrieve")
        assert.deepEqual(body, { activeJobCount: 0, eligibleIntegrationCount: 0 });
      else if (name === "integrationProviderList") assert.deepEqual(body.installedCounts, {});
      else if (["integrationTriggerList", "modelList", "runtimeList"].includes(name))
        assert.deepEqual(body, await edge.json(requestFor(operation, ids)));
      else {
        const list = Object.values(body).find(Array.isArray) as { tokenPreview?: string }[];
        assert.deepEqual(
          list.filter(({ tokenPreview }) => tokenPreview !== "tembo_str"),
          [],
        );
      }
      const { repositories } = await edge.call({ path: "/repository/list", key }).then(async (response) => ({
        repositories: ((await response.json()) as { codeRepositories: unknown[] }).codeRepositories,
      }));
      assert.deepEqual(repositories, []);
    });
  }

  test("the key stands in the header; in a URL it is refused, and the answer says so", async () => {
    for (const query of [`apiKey=${API_KEY}`, "apiKey="])
      await edge.refused(401, { path: `/me?${query}`, key: null }, /in the URL.*Authorization/);
    await edge.refused(401, { path: `/me?apiKey=${API_KEY}&apiKey=${API_KEY}`, key: null }, /key/);
    assert.equal((await edge.call({ path: "/me?apiKey=wrong" })).status, 200);
    for (const authorization of [API_KEY, `Basic ${API_KEY}`, "Bearer", "Bearer ", `Bearer ${API_KEY} x`])
      await edge.refused(401, { path: "/me", key: null, headers: { authorization } }, /key/);
    assert.equal(
      (await edge.call({ path: "/me", key: null, headers: { authorization: `bearer  ${API_KEY}` } })).status,
      200,
    );
  });

  test("a key's token is shown once; revoked, it is good for nothing at once", async () => {
    const made = await edge.json<{ id: string; token: string }>({
      path: "/v1/api-keys",
      body: { name: "short lived" },
    });
    assert.equal((await edge.call({ path: "/me", key: made.token })).status, 200);
    const list = await edge.call({ path: "/v1/api-keys" });
    const text = await list.text();
    assert.ok(text.includes(made.id) && !text.includes(made.token) && !text.includes('"token"'));
    const revoked = await edge.json({ method: "DELETE", path: `/v1/api-keys/${made.id}` });
    assert.deepEqual(revoked, { id: made.id, deleted: true });
    await edge.refused(401, { path: "/me", key: made.token }, /revoked/);
    await edge.refused(404, { method: "DELETE", path: `/v1/api-keys/${made.id}` }, new RegExp(made.id));
    await edge.refused(404, { method: "DELETE", path: `/v1/api-keys/${NOBODY}` }, new RegExp(NOBODY));
  });
});

for (const prefix of PREFIXES) {
  test(`every operation answers at "${prefix}/"`, async () => {
    const key = await edge.json<{ id: string }>({ path: "/v1/api-keys", body: {} });
    const draft = await edge.draft();
    const secretId = await aSecret();
    const suffix = prefix.replaceAll(/\W/g, "_");
    const departing = await theDeparting(`departing${suffix}`);
    const memberId = await anInvitation(`invited${suffix}@example.com`);
    const skillId = await aSkill(`second${suffix}`);
    const mcpConnectionId = await anMcpConnection();
    const { integration } = await connectGitlab(edge.client, gitlab);
    const unagreed = await edge.json<{ integration: { id: string } }>({
      path: "/v1/integrations",
      body: application(),
    });
    const agentIds = await anAgent();
    const artifact = await edge.json<{ id: string }>({ path: "/v1/artifacts", body: artifactOf(draft.id) });
    // The one that deletes the draft goes last.
    const inOrder = answering.toSorted(
      ([a], [b]) => Number(a === "sessionDelete") - Number(b === "sessionDelete"),
    );
    for (const [name, operation] of inOrder) {
      const values = {
        ...ids,
        ...agentIds,
        memberId,
        apiKeyId: key.id,
        secretId,
        skillId,
        ...(name === "mcpConnectionDelete" && { mcpConnectionId }),
        ...(name === "webhookDelete" && (await aWebhook())),
        integrationId: name === "integrationAuthorize" ? unagreed.integration.id : integration.id,
        ...(name === "artifactDelete" && { artifactId: artifact.id }),
        ...(name === "sessionDelete" && { sessionId: draft.id }),
        ...(operation.method === "POST" && !name.endsWith("Answer") && { sessionId: draft.id }),
        ...departing[name]?.values,
      };
      const request = requestFor(operation, values);
      const body =
        name === "repositoryCreate"
          ? { owner: "ops", name: `made${prefix.replaceAll("/", "-")}` }
          : name === "organizationSecretCreate"
            ? { key: `MADE${suffix}`, value: "hidden-value" }
            : name === "skillCreate"
              ? skillOf(`made${suffix}`)
              : name === "artifactCreate"
                ? artifactOf(draft.id)
                : name === "memberCreate"
                  ? { emailAddress: `made${suffix}@example.com` }
                  : request.body;
      // They ask a server, of which this connection has none.
      if (name === "mcpConnectionTest" || name === "mcpConnectionAuthorize") {
        await edge.refused(409, { ...request, path: `${prefix}${request.path}` }, /nothing to reach/);
        continue;
      }
      // They would run a turn, as the first one did, or change a message that waits, which the queue's story does.
      if (
        /^(sessionMessageCreate|sessionPlanApprove|sessionPlanReject|messageCreate|messageUpdate|messageDelete)$/.test(
          name,
        )
      )
        continue;
      const response = await edge.call({
        ...request,
        path: `${prefix}${request.path}`,
        ...(body !== undefined && { body }),
        ...(departing[name] !== undefined && { key: departing[name].key }),
      });
      assert.equal(response.status, operation.status, name);
      await response.body?.cancel();
    }
    // What the deleted draft left goes by a job, which must not be taken for a change by what follows.
    await eventually(async () => {
      const left = await edge.pool.query(
        "select from sessions where deleted_at is not null and purged_at is null",
      );
      return left.rowCount === 0;
    });
    await edge.refused(
      404,
      { path: `${prefix}/session/${NOBODY}/messages`, body: { content: "Hello." } },
      new RegExp(NOBODY),
    );
  });
}

test("ids of nothing are 404", async () => {
  const nothing = Object.fromEntries(Object.keys(ids).map((name) => [name, NOBODY]));
  nothing.version = "1";
  for (const [, operation] of all)
    if (operation.params !== undefined)
      await edge.refused(404, requestFor(operation, nothing), /There is no/);
  await edge.refused(404, { path: `/v1/sessions/${ids.sessionId}/diffs/${NOBODY}` }, new RegExp(NOBODY));
});

test("an id is the same in capital letters", async () => {
  const { id } = await edge.draft();
  assert.equal((await edge.json({ path: `/v1/sessions/${id.toUpperCase()}` })).id, id);
  const stopped = await edge.json({ method: "POST", path: `/session/${id.toUpperCase()}/stop` });
  assert.equal(stopped.cancelledSessions, 0);
});

interface Listed {
  readonly sessions: { id: string; title: string }[];
  readonly meta: Record<string, unknown>;
}

test("pages tell where they are, also beyond the end", async () => {
  for (let index = 0; index < 3; index++) await edge.draft({ prompt: `Pagination ${index}.` });
  const page = (query: string) => edge.json<Listed>({ path: `/session/search?q=Pagination&${query}` });
  const at = (currentPage: number, hasNext: boolean, hasPrevious: boolean) => ({
    totalCount: 3,
    totalPages: 2,
    currentPage,
    pageSize: 2,
    hasNext,
    hasPrevious,
  });
  const [first, second, beyond] = [
    await page("limit=2"),
    await page("limit=2&page=2"),
    await page("limit=2&page=1000000"),
  ];
  assert.deepEqual(
    first.sessions.map(({ title }) => title),
    ["Pagination 2", "Pagination 1"],
  );
  assert.deepEqual(
    second.sessions.map(({ title }) => title),
    ["Pagination 0"],
  );
  assert.deepEqual(beyond.sessions, []);
  assert.deepEqual(
    [first.meta, second.meta, beyond.meta],
    [at(1, true, false), at(2, false, true), at(1_000_000, false, true)],
  );
  const none = await edge.json<Listed>({ path: "/session/search?q=NothingIsCalledThis" });
  assert.deepEqual(none.meta, {
    totalCount: 0,
    totalPages: 0,
    currentPage: 1,
    pageSize: 10,
    hasNext: false,
    hasPrevious: false,
  });
});

test("search finds titles and descriptions in any letter case, and takes % and _ as they are", async () => {
  const { id } = await edge.draft({ prompt: "Ünïcode 100% under_score.", description: "Hidden Gem\\slash" });
  const found = async (q: string) => {
    const { sessions } = await edge.json<Listed>({ path: `/session/search?q=${encodeURIComponent(q)}` });
    return sessions.map((session) => session.id).includes(id);
  };
  for (const q of ["ünïCODE", "100%", "under_score", "hidden gem", "GEM\\SLASH", "00% under"])
    assert.ok(await found(q), q);
  // Parts of words need three letters together: "0% u" begins no word.
  for (const q of ["over_score", "nothing%", "hidden%jewel", "0% u"]) assert.ok(!(await found(q)), q);
  const percent = await edge.json<Listed>({ path: `/session/search?q=${encodeURIComponent("%")}` });
  assert.deepEqual(
    percent.sessions.map((session) => session.id),
    [id],
  );
  const tasks = await edge.json<{ issues: { id: string }[]; query: string }>({
    path: "/task/search?q=hidden",
  });
  assert.deepEqual([tasks.issues[0]?.id, tasks.query], [id, "hidden"]);
});

test("cursors walk every item once", async () => {
  for (let index = 0; index < 3; index++)
    await edge.json({ path: "/v1/repositories", body: { owner: "walk", name: `r${index}` } });
  for (const path of ["/v1/repositories?search=walk", "/v1/repositories?search=walk&order=asc"]) {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const next: string = cursor === null ? "" : `&cursor=${cursor}`;
      const page: { items: { name: string }[]; nextCursor: string | null } = await edge.json({
        path: `${path}&limit=1${next}`,
      });
      assert.equal(page.items.length, 1);
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.deepEqual(seen, path.endsWith("asc") ? ["r0", "r1", "r2"] : ["r2", "r1", "r0"]);
  }
  const past = await edge.json<{ items: unknown[]; nextCursor: null }>({
    path: `/v1/repositories?cursor=00000000-0000-0000-0000-000000000000`,
  });
  assert.deepEqual(past, { items: [], nextCursor: null });
});

interface EventPage {
  readonly items: { id: number; messageId: string | null; eventType: string }[];
  readonly nextCursor: string | null;
}

test("events are listed by cursor, and by message or none", async () => {
  const path = `/v1/sessions/${ids.sessionId}/events`;
  const seen: number[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: EventPage = await edge.json({
      path: `${path}?limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`,
    });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  assert.deepEqual(
    seen,
    seen.map((_, index) => index + 1),
  );
  assert.ok(seen.length > 5);

  const none = await edge.json<EventPage>({ path: `${path}?messageId=null` });
  assert.deepEqual(
    none.items.map(({ eventType }) => eventType),
    ["session.created"],
  );
  const every = await edge.json<EventPage>({ path: `${path}?limit=100` });
  const messageId = every.items.at(-1)!.messageId!;
  const mine = await edge.json<EventPage>({ path: `${path}?limit=100&messageId=${messageId}` });
  assert.deepEqual(
    mine.items.map(({ id }) => id),
    seen.slice(1),
  );
  assert.deepEqual(await edge.json({ path: `${path}?messageId=${NOBODY}` }), { items: [], nextCursor: null });
  assert.deepEqual(await edge.json({ path: `${path}?cursor=${Number.MAX_SAFE_INTEGER}` }), {
    items: [],
    nextCursor: null,
  });
  for (const query of ["cursor=0", "cursor=-1", "cursor=x", "messageId=1", "limit=0"])
    await edge.refused(400, { path: `${path}?${query}` }, new RegExp(`"${query.split("=")[0]}"`));
});

test("health needs no key", async () => {
  for (const [path, body] of [
    ["/healthz", { status: "ok" }],
    ["/readyz", { status: "ready" }],
  ] as const) {
    const response = await edge.call({ path, key: null });
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), body);
  }
});
