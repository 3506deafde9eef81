import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Operation, operations } from "@tembo/contract";
import manifest from "../../../../server/package.json" with { type: "json" };
import type { FakeGitlabServer } from "../../../../server/src/forge/gitlab/testing/fake-server.ts";
import { type Edge, eventually, startEdge } from "../../support/api-edge.ts";
import { API_KEY, reachingLoopback } from "../../support/index.ts";
import { connectGitlab, startGitlab } from "../../talking/connect-gitlab.ts";
import { application, artifactOf, requestFor, skillOf } from "./operation-requests.ts";
import {
  anAgent,
  anInvitation,
  anMcpConnection,
  aPreview,
  aPushSubscription,
  aSecret,
  aSkill,
  aWebhook,
  seedThings,
  theDeparting,
} from "./operation-things.ts";
import { aProject } from "./seed-project.ts";

const UNKNOWN_ID = "01890a5d-ac96-774b-bcce-b302099a8057";
const PREFIXES = ["", "/api/public-api"];
let edge: Edge;
let gitlab: FakeGitlabServer;
/** IDs of a session with a completed turn, of everything that the session created, and of an API key. */
let ids: Readonly<Record<string, string>>;
let repositoryUrl: string;

before(async () => {
  [edge, gitlab] = await Promise.all([startEdge({ env: reachingLoopback }), startGitlab()]);
  ({ ids, repositoryUrl } = await seedThings(edge, gitlab));
});
after(async () => {
  await edge.close();
  await gitlab.close();
});

const askFor = (operation: Operation, values: Readonly<Record<string, string>>) =>
  requestFor({ sessionId: ids.sessionId!, gitlabUrl: gitlab.url }, operation, values);

const all = Object.entries(operations) as [string, Operation][];
/** Excludes WebSockets, which are opened with a ticket and have their own story. */
const answering = all.filter(([, { status }]) => status !== 101);

describe("API keys of other organizations", () => {
  // Skips open operations, which need no key and have their own tests.
  for (const [name, operation] of all.filter(([, { isOpen }]) => isOpen !== true)) {
    test(`${name} rejects a request without a valid key, under either prefix`, async () => {
      const request = askFor(operation, ids);
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
    test(`${name} neither shows nor changes another organization's data`, async () => {
      const { key, organizationId, userId } = await edge.stranger();
      const request = { ...askFor(operation, ids), key };
      if (name === "modelUpdate") {
        // All organizations share the catalog. Enabling a model affects only the caller's organization.
        assert.equal((await edge.json<{ enabled: boolean }>(request)).enabled, false);
        const { items } = await edge.json<{ items: { enabled: boolean }[] }>({ path: "/v1/models" });
        assert.ok(items.every(({ enabled }) => enabled));
        return;
      }
      // All organizations share the server's keys.
      if (name === "modelProviderTest") {
        assert.match((await edge.json<{ modelName: string }>(request)).modelName, /^gemini-/);
        return;
      }
      // These operations concern only the caller.
      if (/^signIn(DeleteAll|PasswordUpdate|Confirm)$/.test(name)) return;
      // Templates and schedule times are the same for every organization.
      if (name.startsWith("agentTemplate") || name === "agentScheduleTimes") return;
      if (operation.path.startsWith("/v1/sessions/sources") && operation.params === undefined) {
        const { items } = await edge.json<{ items: { id: string; integration: unknown }[] }>(request);
        assert.ok(
          items.length === 2 &&
            items.every(({ id, integration }) => id !== ids.sourceId && integration === null),
        );
        return;
      }
      if (operation.params !== undefined) {
        await edge.refused(404, request, /was not found|has no/);
        return;
      }
      if (operation.method === "POST") {
        // A repository name that another organization uses is not available. The error reveals nothing else.
        if (/^\/v1\/(messages|artifacts)$|s\/live$/.test(operation.path))
          await edge.refused(404, request, /Session .* was not found/);
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
      } else if (name === "auditEventList") {
        const idsOf = async (one: typeof request | ReturnType<typeof askFor>) =>
          (await edge.json<{ items: { id: string }[] }>(one)).items.map(({ id }) => id);
        const ownIds = new Set(await idsOf(askFor(operation, ids)));
        assert.ok(ownIds.size > 0);
        assert.ok((await idsOf(request)).every((id) => !ownIds.has(id)));
      } else if (name === "integrationSyncStatusRetrieve")
        assert.deepEqual(body, { activeJobCount: 0, eligibleIntegrationCount: 0 });
      else if (name === "statusRetrieve") {
        assert.deepEqual([body.scope, body.installation], ["organization", null]);
        const own = await edge.json<{ scope: string; installation: { processes: unknown[] } }>(
          askFor(operation, ids),
        );
        assert.equal(own.scope, "installation");
        assert.notEqual(own.installation.processes.length, 0);
      } else if (name === "projectDefaultsUpdate") assert.deepEqual(body, request.body);
      else if (name === "integrationProviderList") assert.deepEqual(body.installedCounts, {});
      else if (["integrationTriggerList", "modelList", "runtimeList"].includes(name))
        assert.deepEqual(body, await edge.json(askFor(operation, ids)));
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

  test("accepts a key only in the header, and explains why a key in the URL is rejected", async () => {
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

  test("returns a key's token once, and rejects the key as soon as it is revoked", async () => {
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
    await edge.refused(404, { method: "DELETE", path: `/v1/api-keys/${UNKNOWN_ID}` }, new RegExp(UNKNOWN_ID));
  });
});

for (const prefix of PREFIXES) {
  test(`serves every operation under "${prefix}/"`, async () => {
    const key = await edge.json<{ id: string }>({ path: "/v1/api-keys", body: {} });
    const draft = await edge.draft();
    const secretId = await aSecret(edge, ids.organizationId!);
    const suffix = prefix.replaceAll(/\W/g, "_");
    const departing = await theDeparting(edge, ids.organizationId!, `departing${suffix}`);
    const memberId = await anInvitation(edge, ids.organizationId!, `invited${suffix}@example.com`);
    const skillId = await aSkill(edge, `second${suffix}`);
    const mcpConnectionId = await anMcpConnection(edge);
    const { integration } = await connectGitlab(edge.client, gitlab);
    const unagreed = await edge.json<{ integration: { id: string } }>({
      path: "/v1/integrations",
      body: application(gitlab.url),
    });
    const agentIds = await anAgent(edge);
    const previewIds = await aPreview(edge, ids.sessionId!);
    const projectIds = await aProject(edge);
    const projectToDelete = await aProject(edge);
    const artifact = await edge.json<{ id: string }>({ path: "/v1/artifacts", body: artifactOf(draft.id) });
    // Runs the operation that deletes the draft last.
    const inOrder = answering.toSorted(
      ([a], [b]) => Number(a === "sessionDelete") - Number(b === "sessionDelete"),
    );
    for (const [name, operation] of inOrder) {
      const values = {
        ...ids,
        ...agentIds,
        ...previewIds,
        ...(name === "projectDelete" ? projectToDelete : projectIds),
        memberId,
        apiKeyId: key.id,
        secretId,
        skillId,
        ...(name === "mcpConnectionDelete" && { mcpConnectionId }),
        ...(name === "webhookDelete" && (await aWebhook(edge))),
        // The other integration has already been deleted.
        integrationId: ["integrationAuthorize", "userForgeNameUpdate"].includes(name)
          ? unagreed.integration.id
          : integration.id,
        ...(name === "userPushSubscriptionDelete" && (await aPushSubscription(edge, ids.userId!))),
        ...(name === "artifactDelete" && { artifactId: artifact.id }),
        ...(name === "sessionDelete" && { sessionId: draft.id }),
        ...(operation.method === "POST" && !/Answer$|^previewShare/.test(name) && { sessionId: draft.id }),
        ...departing[name]?.values,
      };
      const request = askFor(operation, values);
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
                  : name === "previewOpen"
                    ? { host: previewIds.previewHost }
                    : name === "projectCreate"
                      ? { name: `Made${suffix}`, sizes: ["micro"] }
                      : request.body;
      // These operations need a remote MCP server, which this connection does not have.
      if (name === "mcpConnectionTest" || name === "mcpConnectionAuthorize") {
        await edge.refused(
          409,
          { ...request, path: `${prefix}${request.path}` },
          /runs a command in the sandbox/,
        );
        continue;
      }
      // The session's turn has ended, so its sandbox no longer exists.
      if (name === "workspaceFileUpdate") {
        await edge.refused(
          409,
          { ...request, path: `${prefix}${request.path}` },
          /only while the session's sandbox is running/,
        );
        continue;
      }
      if (name === "terminalAuthorize") {
        await edge.refused(
          409,
          { ...request, path: `${prefix}${request.path}` },
          /This session has no running sandbox/,
        );
        continue;
      }
      // The session is not one of several attempts.
      if (name === "sessionKeep") {
        await edge.refused(
          409,
          { ...request, path: `${prefix}${request.path}` },
          /is not one of several attempts/,
        );
        continue;
      }
      // These operations have their own stories. Here, they would run a turn or change shared resources, or they need a
      // link or an address.
      if (
        /^(previewShareRedeem|signInWelcome|signInPasswordUpdate|signInConfirm|memberAddressConfirm|pullRequestMerge|pullRequestClose|pullRequestSuggestionApply|repositoryDelete|sessionMessageCreate|sessionPlanApprove|sessionPlanReject|userNotificationsTest|messageCreate|messageUpdate|messageDelete)$/.test(
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
    // A job purges the deleted draft. The next check must not count the purge as a change.
    await eventually(async () => {
      const left = await edge.pool.query(
        "select from sessions where deleted_at is not null and purged_at is null",
      );
      return left.rowCount === 0;
    });
    await edge.refused(
      404,
      { path: `${prefix}/session/${UNKNOWN_ID}/messages`, body: { content: "Hello." } },
      new RegExp(UNKNOWN_ID),
    );
  });
}

test("returns 404 for unknown IDs", async () => {
  const nothing = Object.fromEntries(Object.keys(ids).map((name) => [name, UNKNOWN_ID]));
  nothing.version = "1";
  nothing.key = "UNKNOWN";
  for (const [, operation] of answering)
    if (operation.params !== undefined)
      await edge.refused(404, askFor(operation, nothing), /was not found|has no|^Unknown template/);
  await edge.refused(
    404,
    { path: `/v1/sessions/${ids.sessionId}/diffs/${UNKNOWN_ID}` },
    new RegExp(UNKNOWN_ID),
  );
});

test("accepts an uppercase ID", async () => {
  const { id } = await edge.draft();
  assert.equal((await edge.json({ path: `/v1/sessions/${id.toUpperCase()}` })).id, id);
  const stopped = await edge.json({ method: "POST", path: `/session/${id.toUpperCase()}/stop` });
  assert.equal(stopped.cancelledSessions, 0);
});

test("serves the health checks without a key", async () => {
  for (const [path, body] of [
    ["/healthz", { status: "ok", version: manifest.version }],
    ["/readyz", { status: "ready" }],
  ] as const) {
    const response = await edge.call({ path, key: null });
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), body);
  }
});
