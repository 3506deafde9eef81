import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Operation, operations } from "@tembo/contract";
import { seedTenants, type TenantFixture } from "./testing/seed-tenants.ts";
import { requestFor } from "./testing/tenant-requests.ts";

let served: TenantFixture["served"];
let ids: TenantFixture["ids"];
let ownKey: string;
let otherKey: string;
let given: TenantFixture["given"];

before(async () => {
  ({ served, ids, ownKey: ownKey, otherKey: otherKey, given } = await seedTenants());
});
after(() => served.close());

/** Operations whose body refers to an object. */
const namesInBody: ReadonlySet<string> = new Set([
  "POST /v1/messages",
  "POST /v1/artifacts",
  "POST /v1/sessions/live",
  "POST /v1/messages/live",
  "POST /v1/previews/open",
]);

/** Operations that reject every API key. A sign-in belongs to one user, and the sign-in tests cover these operations. */
const takesNoKey: ReadonlySet<string> = new Set(["POST /v1/sign-in/confirm"]);

/** Operations that the other organization can call only once, because the name exists afterwards. */
const isTakenOnce: ReadonlySet<string> = new Set([
  "POST /v1/repositories",
  "POST /v1/mcp-connections",
  "POST /v1/projects",
]);

/** Operations that always act on the caller's own organization, so the other organization may call them. */
const actsOnOwn: ReadonlySet<string> = new Set([
  "POST /session/create",
  "POST /task/create",
  "POST /agent",
  "POST /v1/agents",
  // All organizations share the templates.
  "GET /v1/agents/templates",
  "GET /v1/agents/templates/{templateName}",
  // The result depends only on the expression in the request.
  "GET /v1/agents/schedule-times",
  "POST /v1/sessions",
  "POST /v1/sessions/prepare",
  "POST /v1/projects",
  "PUT /v1/projects/defaults",
  // Two sources exist in every organization, with a different ID in each.
  "GET /v1/sessions/sources",
  "POST /v1/repositories",
  "POST /v1/api-keys",
  "POST /v1/users/invitations",
  "POST /v1/sign-in/confirm",
  "PUT /v1/sign-in/password",
  "DELETE /v1/sign-in/all",
  "POST /v1/attachments",
  "POST /v1/skills",
  "POST /v1/integrations",
  "POST /v1/integrations/sync",
  "GET /v1/integrations/sync/status",
  "GET /v1/integrations/providers",
  "GET /v1/integrations/triggers",
  // All organizations share the catalog and the harnesses. The selections are the organization's own, as a test below shows.
  "GET /v1/models",
  "PATCH /v1/models/{modelName}",
  // The key is the organization's own or, if it has none, the server's.
  "POST /v1/model-providers/{modelProvider}/test",
  "GET /v1/runtimes",
  "POST /v1/mcp-connections",
  "POST /v1/webhooks",
  "GET /me",
  "GET /auth/context",
  "GET /v1/billing",
  // A test next to the query proves that the sums are separate.
  "GET /v1/usage",
  // Insights aggregate pull requests. The list tests prove that these are separate.
  "GET /v1/insights",
  "PATCH /v1/insights",
  "POST /v1/organizations",
  // audit-log.test.ts proves that the list contains only the organization's own events.
  "GET /v1/audit-events",
  // status.test.ts proves that the figures are those of the caller's own organization.
  "GET /v1/status",
  // The tests in http/live/ cover the events of the connection.
  "POST /v1/live",
]);

async function ask(operation: Operation, key: string, prefix = "") {
  const { path, init } = requestFor({ ids, given }, operation);
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

/** All operations except WebSockets and open operations. Requests to open operations contain no key. */
const all = (Object.values(operations) as readonly Operation[]).filter(
  ({ status, isOpen }) => status !== 101 && isOpen !== true,
);
/**
 * Order of the requests. Reads are first, while the other organization is still empty. Deletions are last, because other operations need
 * the objects.
 */
const order = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const inOrder = [...all].sort(
  (a, b) => order.indexOf(a.method) - order.indexOf(b.method) || b.path.length - a.path.length,
);

for (const operation of inOrder) {
  const name = `${operation.method} ${operation.path}`;
  test(`${name} returns no data of another organization, and 404 for its IDs`, async () => {
    for (const prefix of ["", "/api/public-api"]) {
      const { status, body } = await ask(operation, otherKey, prefix);
      const text = JSON.stringify(body);
      if (!actsOnOwn.has(name) && (operation.path.includes("{") || namesInBody.has(name))) {
        assert.equal(status, 404, text);
        assert.match(String(body.error), /was not found\.|has no/);
      } else if (!actsOnOwn.has(name)) {
        assert.equal(
          operation.method,
          "GET",
          `${name}: declare in this test whether it acts on the caller's own organization`,
        );
        assert.equal(status, 200, text);
        const list = listIn(body);
        assert.ok(list !== undefined, `${name} returns no list: declare in this test what it may show`);
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
        ids.projectId!,
        ids.snapshotId!,
        ids.buildId!,
      ]) {
        const asked = JSON.stringify(requestFor({ ids, given }, operation)).includes(secret);
        if (!asked)
          assert.ok(!text.includes(secret), `${name} reveals nothing of the other organization: ${text}`);
      }
      if (isTakenOnce.has(name)) break;
    }
    // Control: with the owner's key, the same request finds the object.
    const control = await ask(operation, given[name]?.key ?? ownKey);
    const isTaken = name === "POST /v1/repositories";
    const expected = isTaken ? 409 : takesNoKey.has(name) ? 403 : operation.status;
    assert.equal(control.status, expected, JSON.stringify(control.body));
    if (operation.method === "GET" && !operation.path.endsWith("}") && listIn(control.body) !== undefined)
      assert.notEqual(
        listIn(control.body)!.length,
        0,
        "control: the list of the own organization is not empty",
      );
  });
}

test("stores model choices per organization", async () => {
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
  for (const isOwn of [true, false]) {
    assert.equal((await choose(ownKey, isOwn)).status, 200);
    assert.equal((await choose(otherKey, !isOwn)).status, 200);
    assert.deepEqual([await isEnabled(ownKey), await isEnabled(otherKey)], [isOwn, !isOwn]);
  }
});

test("rejects IDs of another organization in the body", async () => {
  const post = (key: string, body: unknown) =>
    served.ask("/session/create", key, {
      method: "POST",
      body: JSON.stringify({ prompt: "Go.", queueRightAway: false, ...(body as object) }),
      headers: { "content-type": "application/json" },
    });
  const body = { codeRepoIds: [ids.repositoryId] };
  assert.equal((await post(otherKey, body)).status, 400);
  assert.equal((await post(ownKey, body)).status, 200);
});

test("rejects a project of another organization in the body", async () => {
  const send = (key: string, method: string, path: string, body: unknown) =>
    served.ask(path, key, {
      method,
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
  const { projectId, repositoryId } = ids;
  // The requests above have deleted the seeded project.
  const made = await send(ownKey, "POST", "/v1/projects", { name: "for bodies", sizes: ["micro"] });
  const own = ((await made.json()) as { project: { id: string } }).project.id;
  for (const id of [projectId, own])
    for (const [method, path, body] of [
      ["POST", "/session/create", { prompt: "Go.", queueRightAway: false }],
      ["POST", "/v1/sessions", { description: "Go.", queueRightAway: false }],
      ["POST", "/v1/agents", { name: "With a project" }],
      ["PUT", "/v1/projects/defaults", { sandboxSize: "micro" }],
    ] as const) {
      const response = await send(otherKey, method, path, { ...body, projectId: id });
      assert.equal(response.status, 400, path);
      assert.match(((await response.json()) as { error: string }).error, /Project .* was not found/);
      // Control: the owner may use the project.
      const control = await send(ownKey, method, path, { ...body, projectId: own });
      assert.ok(control.ok, await control.text());
    }
  const foreign = { name: "foreign", sizes: ["micro"], codeRepositoryIds: [repositoryId] };
  assert.equal((await send(otherKey, "POST", "/v1/projects", foreign)).status, 400);
});

test("returns no data of another organization for a cursor that refers to its object", async () => {
  // Keys, numbers and template names are not secret.
  const given = Object.values(ids).filter((id) => id.includes("-"));
  for (const path of [
    "/v1/repositories",
    "/v1/api-keys",
    "/v1/pull-requests",
    "/v1/integrations",
    "/v1/artifacts",
    "/v1/mcp-connections",
    "/v1/agents",
    "/v1/projects",
    "/v1/webhooks",
  ]) {
    for (const cursor of given) {
      const body = (await (await served.ask(`${path}?cursor=${cursor}`, otherKey)).json()) as object;
      for (const id of given) assert.ok(!JSON.stringify(body).includes(id));
    }
  }
});
