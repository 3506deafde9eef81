import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import Default, { Tembo, TemboError } from "./index.ts";
import { settingsOf } from "./options.ts";
import { answerJson, startRecordingServer } from "./testing/recording-server.ts";
import { version } from "./version.ts";

const calls: [string, (client: Tembo) => Promise<unknown>, string, unknown?][] = [
  ["session.create", (c) => c.session.create({ prompt: "p" }), "POST /session/create", { prompt: "p" }],
  ["session.list", (c) => c.session.list({ page: 2, limit: 5 }), "GET /session/list?page=2&limit=5"],
  ["session.list without a query", (c) => c.session.list(), "GET /session/list"],
  ["session.search", (c) => c.session.search({ q: "a&b ü" }), "GET /session/search?q=a%26b+%C3%BC"],
  ["session.retrieve", (c) => c.session.retrieve("s1"), "GET /v1/sessions/s1"],
  ["session.stop", (c) => c.session.stop("s1"), "POST /session/s1/stop"],
  [
    "session.keepAlive",
    (c) => c.session.keepAlive("s1", 30),
    "POST /v1/sessions/s1/keep-alive",
    { minutes: 30 },
  ],
  ["session.retrieveKeepAlive", (c) => c.session.retrieveKeepAlive("s1"), "GET /v1/sessions/s1/keep-alive"],
  [
    "session.listEvents",
    (c) => c.session.listEvents("s1", { cursor: 3, limit: 1 }),
    "GET /v1/sessions/s1/events?cursor=3&limit=1",
  ],
  [
    "session.messages.create",
    (c) => c.session.messages.create("s1", { content: "more" }),
    "POST /session/s1/messages",
    { content: "more" },
  ],
  [
    "session.diffs.list",
    (c) => c.session.diffs.list("s1", { hasChanges: true }),
    "GET /v1/sessions/s1/diffs?hasChanges=true",
  ],
  ["session.diffs.retrieve", (c) => c.session.diffs.retrieve("s1", "d1"), "GET /v1/sessions/s1/diffs/d1"],
  ["task.create", (c) => c.task.create({ prompt: "p" }), "POST /task/create", { prompt: "p" }],
  ["task.list", (c) => c.task.list({ limit: 1 }), "GET /task/list?limit=1"],
  ["task.search", (c) => c.task.search({ q: "x" }), "GET /task/search?q=x"],
  ["repository.list", (c) => c.repository.list(), "GET /repository/list"],
  ["repositories.list", (c) => c.repositories.list({ search: "web" }), "GET /v1/repositories?search=web"],
  ["repositories.retrieve", (c) => c.repositories.retrieve("r1"), "GET /v1/repositories/r1"],
  [
    "repositories.create",
    (c) => c.repositories.create({ owner: "me", name: "web" }),
    "POST /v1/repositories",
    { owner: "me", name: "web" },
  ],
  [
    "repositories.update",
    (c) => c.repositories.update("r1", { enabled: true }),
    "PATCH /v1/repositories/r1",
    { enabled: true },
  ],
  [
    "integrations.list",
    (c) => c.integrations.list({ type: ["github", "gitlab"], enabled: true }),
    "GET /v1/integrations?type=github&type=gitlab&enabled=true",
  ],
  ["integrations.retrieve", (c) => c.integrations.retrieve("i1"), "GET /v1/integrations/i1"],
  [
    "integrations.create",
    (c) => c.integrations.create({ type: "gitlab", accessToken: "t" }),
    "POST /v1/integrations",
    { type: "gitlab", accessToken: "t" },
  ],
  [
    "integrations.update",
    (c) => c.integrations.update("i1", { settings: { enabled: false } }),
    "PATCH /v1/integrations/i1",
    { settings: { enabled: false } },
  ],
  ["integrations.delete", (c) => c.integrations.delete("i1"), "DELETE /v1/integrations/i1"],
  [
    "integrations.authorize",
    (c) => c.integrations.authorize("i1", { returnUrl: "http://a/b" }),
    "POST /v1/integrations/i1/authorize?returnUrl=http%3A%2F%2Fa%2Fb",
  ],
  ["integrations.test", (c) => c.integrations.test("i1"), "POST /v1/integrations/i1/test"],
  [
    "integrations.sync",
    (c) => c.integrations.sync("i1", { mode: "immediate" }),
    "POST /v1/integrations/i1/sync",
    { mode: "immediate" },
  ],
  ["integrations.sync without a mode", (c) => c.integrations.sync("i1"), "POST /v1/integrations/i1/sync", {}],
  ["integrations.syncAll", (c) => c.integrations.syncAll(), "POST /v1/integrations/sync", {}],
  ["integrations.syncStatus", (c) => c.integrations.syncStatus(), "GET /v1/integrations/sync/status"],
  ["integrations.rateLimit", (c) => c.integrations.rateLimit("i1"), "GET /v1/integrations/i1/rate-limit"],
  [
    "integrations.providers",
    (c) => c.integrations.providers({ limit: 2 }),
    "GET /v1/integrations/providers?limit=2",
  ],
  ["integrations.triggers", (c) => c.integrations.triggers(), "GET /v1/integrations/triggers"],
  [
    "integrations.settings.retrieve",
    (c) => c.integrations.settings.retrieve("i1"),
    "GET /v1/integrations/i1/settings",
  ],
  ["pullRequests.list", (c) => c.pullRequests.list({ state: "open" }), "GET /v1/pull-requests?state=open"],
  ["pullRequests.retrieve", (c) => c.pullRequests.retrieve("p1"), "GET /v1/pull-requests/p1"],
  [
    "deliveries.list",
    (c) => c.deliveries.list({ integrationId: "i1", status: "failed" }),
    "GET /v1/webhook-deliveries?integrationId=i1&status=failed",
  ],
  ["deliveries.retrieve", (c) => c.deliveries.retrieve("w1"), "GET /v1/webhook-deliveries/w1"],
  ["deliveries.replay", (c) => c.deliveries.replay("w1"), "POST /v1/webhook-deliveries/w1/replay"],
  ["apiKeys.list", (c) => c.apiKeys.list({ cursor: "k0" }), "GET /v1/api-keys?cursor=k0"],
  ["apiKeys.create", (c) => c.apiKeys.create({ name: "ci" }), "POST /v1/api-keys", { name: "ci" }],
  ["apiKeys.create without a name", (c) => c.apiKeys.create(), "POST /v1/api-keys", {}],
  ["apiKeys.retrieve", (c) => c.apiKeys.retrieve("k1"), "GET /v1/api-keys/k1"],
  ["apiKeys.update", (c) => c.apiKeys.update("k1", { name: "ci" }), "PATCH /v1/api-keys/k1", { name: "ci" }],
  ["me.context", (c) => c.me.context(), "GET /auth/context"],
  [
    "session.files.list",
    (c) => c.session.files.list("s1", { search: "a" }),
    "GET /v1/sessions/s1/files?search=a",
  ],
  ["session.files.retrieve", (c) => c.session.files.retrieve("s1", "f1"), "GET /v1/sessions/s1/files/f1"],
  [
    "artifacts.create",
    (c) => c.artifacts.create({ sessionId: "s1", title: "t", output: { type: "asset", assetId: "a1" } }),
    "POST /v1/artifacts",
    { sessionId: "s1", title: "t", output: { type: "asset", assetId: "a1" } },
  ],
  ["artifacts.delete", (c) => c.artifacts.delete("a1"), "DELETE /v1/artifacts/a1"],
  ["insights.retrieve", (c) => c.insights.retrieve(), "GET /v1/insights"],
  ["insights.update", (c) => c.insights.update({ enabled: false }), "PATCH /v1/insights", { enabled: false }],
  ["insights.members", (c) => c.insights.members({ limit: 2 }), "GET /v1/insights/members?limit=2"],
  ["insights.repositories", (c) => c.insights.repositories(), "GET /v1/insights/repositories"],
  ["billing.retrieve", (c) => c.billing.retrieve(), "GET /v1/billing"],
  ["billing.usage", (c) => c.billing.usage({ limit: 2 }), "GET /v1/billing/usage?limit=2"],
  ["users.retrieve", (c) => c.users.retrieve("u1"), "GET /v1/users/u1"],
  ["users.update", (c) => c.users.update("u1", { name: "Ada" }), "PATCH /v1/users/u1", { name: "Ada" }],
  ["users.delete", (c) => c.users.delete("u1"), "DELETE /v1/users/u1", {}],
  ["users.settings.retrieve", (c) => c.users.settings.retrieve("u1"), "GET /v1/users/u1/settings"],
  [
    "users.settings.update",
    (c) => c.users.settings.update("u1", { followUpBehavior: "steer" }),
    "PATCH /v1/users/u1/settings",
    { followUpBehavior: "steer" },
  ],
  [
    "users.connectedAccounts.list",
    (c) => c.users.connectedAccounts.list("u1"),
    "GET /v1/users/u1/connected-accounts",
  ],
  [
    "users.connectedAccounts.retrieve",
    (c) => c.users.connectedAccounts.retrieve("u1", "a1"),
    "GET /v1/users/u1/connected-accounts/a1",
  ],
  [
    "organizations.create",
    (c) => c.organizations.create({ name: "Acme" }),
    "POST /v1/organizations",
    { name: "Acme" },
  ],
  ["organizations.retrieve", (c) => c.organizations.retrieve("o1"), "GET /v1/organizations/o1"],
  [
    "organizations.update",
    (c) => c.organizations.update("o1", { name: "Acme" }),
    "PATCH /v1/organizations/o1",
    { name: "Acme" },
  ],
  ["organizations.delete", (c) => c.organizations.delete("o1"), "DELETE /v1/organizations/o1"],
  [
    "organizations.members.list",
    (c) => c.organizations.members.list("o1", { status: "pending" }),
    "GET /v1/organizations/o1/members?status=pending",
  ],
  [
    "organizations.members.create",
    (c) => c.organizations.members.create("o1", { emailAddress: "ada@example.com" }),
    "POST /v1/organizations/o1/members",
    { emailAddress: "ada@example.com" },
  ],
  [
    "organizations.members.retrieve",
    (c) => c.organizations.members.retrieve("o1", "m1"),
    "GET /v1/organizations/o1/members/m1",
  ],
  [
    "organizations.members.update",
    (c) => c.organizations.members.update("o1", "m1", { role: "org:admin" }),
    "PATCH /v1/organizations/o1/members/m1",
    { role: "org:admin" },
  ],
  [
    "organizations.members.delete",
    (c) => c.organizations.members.delete("o1", "m1"),
    "DELETE /v1/organizations/o1/members/m1",
  ],
  ["apiKeys.delete", (c) => c.apiKeys.delete("k1"), "DELETE /v1/api-keys/k1"],
  ["models.list", (c) => c.models.list({ cursor: "m0" }), "GET /v1/models?cursor=m0"],
  [
    "models.update",
    (c) => c.models.update("z-ai/glm", { enabled: false }),
    "PATCH /v1/models/z-ai%2Fglm",
    { enabled: false },
  ],
  ["runtimes.list", (c) => c.runtimes.list({ limit: 3 }), "GET /v1/runtimes?limit=3"],
  [
    "organizations.secrets.list",
    (c) => c.organizations.secrets.list("o1", { search: "NPM", limit: 2 }),
    "GET /v1/organizations/o1/secrets?search=NPM&limit=2",
  ],
  [
    "organizations.secrets.create",
    (c) => c.organizations.secrets.create("o1", { key: "A", value: "v" }),
    "POST /v1/organizations/o1/secrets",
    { key: "A", value: "v" },
  ],
  [
    "organizations.secrets.retrieve",
    (c) => c.organizations.secrets.retrieve("o1", "s1"),
    "GET /v1/organizations/o1/secrets/s1",
  ],
  [
    "organizations.secrets.update",
    (c) => c.organizations.secrets.update("o1", "s1", { key: "B" }),
    "PATCH /v1/organizations/o1/secrets/s1",
    { key: "B" },
  ],
  [
    "organizations.secrets.delete",
    (c) => c.organizations.secrets.delete("o1", "s1"),
    "DELETE /v1/organizations/o1/secrets/s1",
  ],
  [
    "organizations.secrets.binding.retrieve",
    (c) => c.organizations.secrets.binding.retrieve("o1", "s1"),
    "GET /v1/organizations/o1/secrets/s1/binding",
  ],
  [
    "organizations.secrets.binding.update",
    (c) => c.organizations.secrets.binding.update("o1", "s1", { hosts: ["a.example"], header: "x" }),
    "PUT /v1/organizations/o1/secrets/s1/binding",
    { hosts: ["a.example"], header: "x" },
  ],
  [
    "organizations.secrets.binding.delete",
    (c) => c.organizations.secrets.binding.delete("o1", "s1"),
    "DELETE /v1/organizations/o1/secrets/s1/binding",
  ],
  [
    "organizations.settings.retrieve",
    (c) => c.organizations.settings.retrieve("o1"),
    "GET /v1/organizations/o1/settings",
  ],
  [
    "organizations.settings.update",
    (c) => c.organizations.settings.update("o1", { draftPrs: true }),
    "PATCH /v1/organizations/o1/settings",
    { draftPrs: true },
  ],
  [
    "organizations.egress.retrieve",
    (c) => c.organizations.egress.retrieve("o1"),
    "GET /v1/organizations/o1/egress",
  ],
  [
    "organizations.egress.update",
    (c) => c.organizations.egress.update("o1", { preset: "open" }),
    "PUT /v1/organizations/o1/egress",
    { preset: "open" },
  ],
  [
    "organizations.budget.retrieve",
    (c) => c.organizations.budget.retrieve("o1"),
    "GET /v1/organizations/o1/budget",
  ],
  [
    "organizations.budget.update",
    (c) => c.organizations.budget.update("o1", { perSessionUsd: 1, perMonthUsd: null }),
    "PUT /v1/organizations/o1/budget",
    { perSessionUsd: 1, perMonthUsd: null },
  ],
  ["me.retrieve", (c) => c.me.retrieve(), "GET /me"],
];

for (const [name, call, line, body] of calls) {
  test(`${name} sends ${line}`, async () => {
    await using server = await startRecordingServer((_, response) =>
      answerJson(response, 200, { isHere: true }),
    );
    const client = new Tembo({ apiKey: "key", baseURL: `${server.url}/` });
    assert.deepEqual(await call(client), { isHere: true });
    const [request] = server.requests;
    assert.equal(server.requests.length, 1);
    assert.equal(`${request!.method} ${request!.url}`, line);
    assert.deepEqual(request!.body, body);
    assert.equal(request!.headers.authorization, "Bearer key");
    assert.equal(request!.headers["content-type"], body === undefined ? undefined : "application/json");
  });
}

test("an id cannot leave its place in the path", async () => {
  await using server = await startRecordingServer((_, response) => answerJson(response, 200, {}));
  const client = new Tembo({ apiKey: "key", baseURL: `${server.url}/api/public-api` });
  await client.session.retrieve("../../me?x=1#y");
  assert.equal(server.requests[0]!.url, "/api/public-api/v1/sessions/..%2F..%2Fme%3Fx%3D1%23y");
  for (const id of ["", ".", ".."]) {
    assert.throws(() => client.session.retrieve(id), TemboError);
  }
  assert.equal(server.requests.length, 1);
});

test("headers of the client and of the request are sent, the request's before the client's", async () => {
  await using server = await startRecordingServer((_, response) => answerJson(response, 200, {}));
  const client = new Tembo({
    apiKey: "key",
    baseURL: server.url,
    defaultHeaders: { "x-one": "1", "x-two": "2" },
  });
  await client.me.retrieve({ headers: { "x-two": "b" } });
  assert.equal(server.requests[0]!.headers["x-one"], "1");
  assert.equal(server.requests[0]!.headers["x-two"], "b");
});

test("key and base URL come from the environment when the options leave them out", () => {
  const settings = settingsOf(
    {},
    { TEMBO_API_KEY: " from-env\n", TEMBO_BASE_URL: "https://tembo.example/x//" },
  );
  assert.equal(settings.apiKey, "from-env");
  assert.equal(settings.baseURL, "https://tembo.example/x");
  assert.equal(settingsOf({ apiKey: "k" }, {}).baseURL, "http://127.0.0.1:3000");
  assert.equal(settingsOf({ apiKey: "mine", baseURL: "http://a" }, { TEMBO_API_KEY: "env" }).apiKey, "mine");
});

test("what is missing or cannot be is said at construction", () => {
  assert.throws(() => settingsOf({}, {}), /TEMBO_API_KEY/);
  assert.throws(() => settingsOf({ apiKey: "  " }, {}), /TEMBO_API_KEY/);
  assert.throws(() => settingsOf({ apiKey: "a\nb" }, {}), /visible ASCII/);
  for (const baseURL of ["example.com", "ftp://x", "http://x?y=1"]) {
    assert.throws(() => settingsOf({ apiKey: "k", baseURL }, {}), /base URL/);
  }
  assert.throws(() => settingsOf({ apiKey: "k", timeout: 0 }, {}), /timeout/);
  assert.throws(() => settingsOf({ apiKey: "k", timeout: 2 ** 31 }, {}), /timeout/);
  assert.throws(() => settingsOf({ apiKey: "k", maxRetries: 1.5 }, {}), /maxRetries/);
});

test("the default export is the class, and it carries the error classes", () => {
  assert.equal(Default, Tembo);
  assert.ok(new Tembo.NotFoundError(404, {}, "No.") instanceof Tembo.APIError);
  assert.ok(new Tembo.APIConnectionTimeoutError("No.") instanceof Tembo.APIConnectionError);
});

test("the version is the one of the package", () => {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  assert.equal(version, manifest.version);
  assert.equal(manifest.dependencies, undefined);
});
