import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { caller } from "../../../testing/caller.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { someTime } from "../../../testing/test-store.ts";

type Body = ReturnType<typeof JSON.parse>;
const doc = (text: string) => ({
  type: "doc",
  content: [{ type: "paragraph", content: [{ type: "text", text }] }],
});

let served: Served;
let key: string;
before(async () => {
  served = await serve();
  key = await served.addKey(served.testStore.organizationId);
});
beforeEach(() => served.testStore.clock.set(someTime));
after(() => served.close());

const call = (status: number, method: string, path: string, body?: unknown): Promise<Body> =>
  caller(served, key)(status, method, path, body);

const create = (change: Body = {}) =>
  call(201, "POST", "/v1/agents", { name: "Nightly", instructions: doc("Tidy up."), ...change });

test("creates, reads, updates, archives and deletes an agent", async () => {
  const repository = await served.testStore.addRepository();
  const made = await create({
    agent: "claudeCode:claude-opus-4-5",
    repositoryIds: [repository.id],
    schedules: [{ cron: "0 9 * * *" }],
    triggers: [{ name: "github.issue.opened", filters: { labels: ["bug"] } }],
  });
  assert.deepEqual(
    [made.name, made.contentVersion, made.scheduleCount, made.triggerCount, made.runCount, made.lastRun],
    ["Nightly", 1, 1, 1, 0, null],
  );
  assert.deepEqual(made.integrationTypes, ["github"]);
  assert.equal(made.codeRepositories[0].id, repository.id);
  assert.deepEqual(await call(200, "GET", `/v1/agents/${made.id}`), made);

  const changed = await call(200, "PATCH", `/v1/agents/${made.id}`, {
    name: "Daily",
    key: "daily",
    script: "true",
  });
  assert.deepEqual([changed.name, changed.key, changed.script], ["Daily", "daily", "true"]);
  assert.notEqual(changed.updatedAt, made.updatedAt);

  const archived = await call(200, "PATCH", `/v1/agents/${made.id}`, { archived: true });
  assert.ok(archived.archivedAt !== null && archived.enabledAt === null);
  assert.ok(archived.hasPausedSchedule && archived.hasPausedTrigger);
  const listed = await call(200, "GET", "/v1/agents?archived=true");
  assert.deepEqual(
    listed.items.map(({ id }: Body) => id),
    [made.id],
  );
  await call(409, "POST", `/v1/agents/${made.id}/runs`, {});

  const again = await call(200, "PATCH", `/v1/agents/${made.id}`, { enabled: true });
  assert.ok(again.archivedAt === null && again.enabledAt !== null && !again.hasPausedSchedule);
  assert.deepEqual(await call(200, "DELETE", `/v1/agents/${made.id}`), { id: made.id, deleted: true });
  await call(404, "GET", `/v1/agents/${made.id}`);
});

test("rejects an update based on an outdated version", async () => {
  const { id, updatedAt } = await create();
  await call(200, "PATCH", `/v1/agents/${id}`, { name: "First", expectedUpdatedAt: updatedAt });
  const refused = await call(409, "PATCH", `/v1/agents/${id}`, {
    name: "Second",
    expectedUpdatedAt: "2026-01-01T00:00:00.000Z",
  });
  assert.match(refused.error, /changed at .*Retrieve it again/);
  assert.equal((await call(200, "GET", `/v1/agents/${id}`)).name, "First");
});

test("rejects settings that would prevent a run from starting, and explains the fix", async () => {
  for (const [change, message] of [
    [{ agent: "nobody:model" }, /"nobody" is unknown/],
    [{ agentOptions: { mode: "sideways" }, agent: "claudeCode" }, /agentOptions.mode/],
    [{ mcpServers: ["nowhere"] }, /nowhere/],
    [{ repositoryIds: [newId()] }, /repository/],
    [{ projectId: newId() }, /Project .* was not found/],
    [{ schedules: [{ cron: "soon" }] }, /cron expression "soon" is not valid/],
    [{ schedules: [{ cron: "0 0 30 2 *" }] }, /never matches/],
    [{ triggers: [{ name: "slack.message" }] }, /Unknown trigger "slack\.message"/],
    [{ triggers: [{ name: "github.issue.opened", integrationId: newId() }] }, /Integration .* was not found/],
    [{ name: "  " }, /"name" is empty/],
    [{ name: undefined }, /"name"/],
    [{ templateName: "prReview", agent: "claudeCode" }, /"templateName" can be combined/],
    [{ templateName: "triageNewJiraBug", name: undefined, instructions: undefined }, /Unknown template/],
  ] as const) {
    const { error } = await call(400, "POST", "/v1/agents", {
      name: "No",
      instructions: doc("Go."),
      ...change,
    });
    assert.match(error, message);
  }
});

test("rejects a duplicate agent key and one with invalid characters", async () => {
  const { id } = await create();
  const other = await create();
  await call(200, "PATCH", `/v1/agents/${id}`, { key: "tidy" });
  assert.match((await call(409, "PATCH", `/v1/agents/${other.id}`, { key: "tidy" })).error, /"tidy" already/);
  for (const bad of ["two words", "!bang", newId()])
    assert.match((await call(400, "PATCH", `/v1/agents/${id}`, { key: bad })).error, /"key"/);
});

test("creates an ordinary session for a run and includes the payload", async () => {
  const repository = await served.testStore.addRepository();
  const agent = await create({ repositoryIds: [repository.id] });
  const queued = await call(201, "POST", `/v1/agents/${agent.id}/runs`, { ticket: 42 });
  assert.deepEqual(queued, { jobId: queued.jobId, agentId: agent.id, status: "queued" });
  const run = await call(200, "GET", `/v1/agents/${agent.id}/runs/${queued.jobId}`);
  assert.deepEqual([run.status, run.errorMessage], ["running", null]);
  const session = await call(200, "GET", `/v1/sessions/${run.sessionId}`);
  assert.deepEqual([session.title, session.agentId], ["Nightly", agent.id]);
  const { items } = await call(200, "GET", `/v1/sessions?agentId=${agent.id}`);
  assert.deepEqual(
    items.map((one: { id: string; agentId: string }) => [one.id, one.agentId]),
    [[session.id, agent.id]],
  );
  const none = await call(200, "GET", `/v1/sessions?agentId=${newId()}`);
  assert.deepEqual(none.items, []);
  assert.match(
    session.description,
    /^Tidy up[.]\n\n.*data.*<event name="api">\n\{\n {2}"ticket": 42\n\}\n<\/event>$/s,
  );
  const list = await call(200, "GET", `/v1/agents/${agent.id}/runs`);
  assert.deepEqual(list, { items: [run], nextCursor: null });
  const seen = await call(200, "GET", `/v1/agents/${agent.id}`);
  assert.deepEqual([seen.runCount, seen.lastRun], [1, run]);
});

test("starts a run without a payload for an empty body, and records why an agent cannot start", async () => {
  const agent = await create();
  const { jobId } = await call(201, "POST", `/v1/agents/${agent.id}/runs`);
  const run = await call(200, "GET", `/v1/agents/${agent.id}/runs/${jobId}`);
  assert.equal((await call(200, "GET", `/v1/sessions/${run.sessionId}`)).description, "Tidy up.");

  const silent = await create({ instructions: undefined });
  const failed = await call(201, "POST", `/v1/agents/${silent.id}/runs`, {});
  const failedRun = await call(200, "GET", `/v1/agents/${silent.id}/runs/${failed.jobId}`);
  assert.deepEqual([failedRun.status, failedRun.sessionId], ["failed", null]);
  assert.match(failedRun.errorMessage, /no "instructions"/);
  await call(400, "POST", `/v1/agents/${agent.id}/runs`, { big: "x".repeat(97 * 1024) });
});

test("creates and triggers an agent by key or ID with the documented operations and an API key in the query", async () => {
  const made = await call(200, "POST", "/agent", {
    name: "Hooked",
    jsonContent: doc("Answer."),
    schedules: [{ cron: "@daily" }],
    whatever: true,
  });
  assert.deepEqual(made.jsonContent, doc("Answer."));
  await call(200, "PATCH", `/v1/agents/${made.id}`, { key: "hooked" });
  for (const [path, given] of [
    [`/agent/${made.id}/trigger`, key],
    ["/api/public-api/agent/hooked/trigger", key],
    [`/agent/hooked/trigger?apiKey=${key}`, undefined],
  ] as const) {
    const response = await served.ask(path, given, {
      method: "POST",
      body: JSON.stringify({ from: path }),
      headers: { "content-type": "application/json" },
    });
    const job = (await response.json()) as Body;
    assert.equal(response.status, 200, JSON.stringify(job));
    assert.deepEqual(
      [job.task, job.status, job.data.payload],
      ["run_agent", "pending", { eventPayload: { from: path } }],
    );
    const run = await call(200, "GET", `/v1/agents/${made.id}/runs/${job.id}`);
    assert.match(
      (await call(200, "GET", `/v1/sessions/${run.sessionId}`)).description,
      /<event name="webhook">/,
    );
  }
  assert.match((await call(404, "POST", "/agent/nobody/trigger", {})).error, /Agent nobody was not found/);
  await call(200, "PATCH", `/v1/agents/${made.id}`, { enabled: false });
  assert.match(
    (await call(409, "POST", "/agent/hooked/trigger", {})).error,
    /not enabled\. Enable the agent/,
  );
  await call(201, "POST", `/v1/agents/${made.id}/runs`, {});
  assert.equal((await served.ask(`/v1/agents?apiKey=${key}`)).status, 401);
});

test("adds, updates and deletes schedules and triggers", async () => {
  const { id } = await create();
  const schedule = await call(201, "POST", `/v1/agents/${id}/schedules`, {
    cron: "CRON_TZ=Europe/Berlin 0 9 * * *",
  });
  assert.equal(schedule.nextRunAt, "2026-01-02T08:00:00.000Z");
  const moved = await call(200, "PATCH", `/v1/agents/${id}/schedules/${schedule.id}`, { cron: "0 9 * * *" });
  assert.equal(moved.nextRunAt, "2026-01-02T09:00:00.000Z");
  assert.deepEqual((await call(200, "GET", `/v1/agents/${id}/schedules`)).items, [moved]);
  assert.deepEqual(await call(200, "GET", `/v1/agents/${id}/schedules/${schedule.id}`), moved);
  await call(200, "DELETE", `/v1/agents/${id}/schedules/${schedule.id}`);
  await call(404, "GET", `/v1/agents/${id}/schedules/${schedule.id}`);
  await call(400, "POST", `/v1/agents/${id}/schedules`, { cron: "* * *" });

  const trigger = await call(201, "POST", `/v1/agents/${id}/triggers`, { name: "local.issue.opened" });
  assert.deepEqual([trigger.triggerDisplayName, trigger.integrationType], ["Issue opened", "local"]);
  const other = { name: "github.pull_request.opened", filters: { branches: ["main"] } };
  const changed = await call(200, "PATCH", `/v1/agents/${id}/triggers/${trigger.id}`, other);
  assert.deepEqual([changed.triggerName, changed.filters], [other.name, other.filters]);
  assert.deepEqual((await call(200, "GET", `/v1/agents/${id}/triggers`)).items, [changed]);
  await call(200, "DELETE", `/v1/agents/${id}/triggers/${trigger.id}`);
  await call(404, "GET", `/v1/agents/${id}/triggers/${trigger.id}`);
});

test("stores each change of the instructions as a version and restores an earlier one", async () => {
  const { id } = await create();
  await call(200, "PATCH", `/v1/agents/${id}`, { name: "Same words", instructions: doc("Tidy up.") });
  const second = await call(200, "PATCH", `/v1/agents/${id}`, { instructions: doc("Tidy more.") });
  assert.equal(second.contentVersion, 2);
  const path = `/v1/agents/${id}/content-revisions`;
  await call(409, "POST", `${path}/1/restore`, { expectedContentVersion: 1 });
  const restored = await call(200, "POST", `${path}/1/restore`, { expectedContentVersion: 2 });
  assert.deepEqual([restored.contentVersion, restored.instructions], [3, doc("Tidy up.")]);
  const first = await call(200, "GET", `${path}?limit=2`);
  assert.deepEqual(
    first.items.map(({ version, source, restoredFromVersion }: Body) => [
      version,
      source,
      restoredFromVersion,
    ]),
    [
      [3, "restore", 1],
      [2, "update", null],
    ],
  );
  const rest = await call(200, "GET", `${path}?limit=2&cursor=${first.nextCursor}`);
  assert.deepEqual([rest.items.length, rest.items[0].source, rest.nextCursor], [1, "create", null]);
  assert.deepEqual((await call(200, "GET", `${path}/2`)).instructions, doc("Tidy more."));
  await call(404, "GET", `${path}/9`);
  await call(404, "POST", `${path}/9/restore`, { expectedContentVersion: 3 });
});

test("creates agents from templates, and disabled copies from agents", async () => {
  const { items, nextCursor } = await call(200, "GET", "/v1/agents/templates?limit=5");
  assert.deepEqual([items.length, nextCursor], [5, items[4].name]);
  const rest = await call(200, "GET", `/v1/agents/templates?cursor=${nextCursor}`);
  assert.ok(items.length + rest.items.length >= 10 && rest.nextCursor === null);
  for (const template of [...items, ...rest.items]) {
    assert.deepEqual(template.connectedApps, []);
    const made = await call(201, "POST", "/v1/agents", { templateName: template.name });
    assert.deepEqual(
      [made.name, made.templateId, made.scheduleCount],
      [template.title, template.name, template.schedules.length],
    );
  }
  await call(404, "GET", "/v1/agents/templates/nothing");

  const source = await create({
    schedules: [{ cron: "@daily" }],
    triggers: [{ name: "github.issue.opened" }],
  });
  const copy = await call(201, "POST", "/v1/agents", { sourceAgentId: source.id });
  assert.deepEqual(
    [copy.name, copy.enabledAt, copy.scheduleCount, copy.triggerCount],
    ["Nightly (copy)", null, 1, 1],
  );
  assert.deepEqual(copy.instructions, source.instructions);
  await call(404, "POST", "/v1/agents", { sourceAgentId: newId() });
});

test("filters, sorts and pages the list of agents", async () => {
  const organizationId = newId();
  await served.testStore.store.organizations.insert({ id: organizationId, name: "Listing" });
  const before = key;
  key = await served.addKey(organizationId);
  try {
    const made: Body[] = [];
    for (const [index, name] of ["one", "two", "three"].entries()) {
      served.testStore.clock.set(new Date(someTime.getTime() + index));
      made.push(await create({ name }));
    }
    await call(200, "PATCH", `/v1/agents/${made[0]!.id}`, { enabled: false });
    await call(201, "POST", `/v1/agents/${made[1]!.id}/runs`, {});
    await call(201, "POST", `/v1/agents/${made[1]!.id}/triggers`, { name: "gitlab.issue.opened" });
    const names = async (query: string) =>
      (await call(200, "GET", `/v1/agents?${query}`)).items.map(({ name }: Body) => name);
    assert.deepEqual(await names(""), ["three", "two", "one"]);
    assert.deepEqual(await names("status=disabled"), ["one"]);
    assert.deepEqual(await names("status=disabled,enabled"), ["three", "two", "one"]);
    assert.deepEqual(await names("search=TW"), ["two"]);
    assert.deepEqual(await names(`ids=${made[2]!.id},${made[0]!.id}`), ["three", "one"]);
    assert.deepEqual(await names("integration=gitlab"), ["two"]);
    assert.deepEqual(await names(`author=${newId()}`), []);
    for (const sort of ["latestRun", "runCount"]) {
      const first = await call(200, "GET", `/v1/agents?sort=${sort}&limit=2`);
      const rest = await call(200, "GET", `/v1/agents?sort=${sort}&limit=2&cursor=${first.nextCursor}`);
      assert.deepEqual(
        [...first.items, ...rest.items].map(({ name }: Body) => name),
        ["two", "three", "one"],
      );
    }
    const { filterOptions } = await call(200, "GET", "/v1/agents");
    assert.deepEqual(filterOptions, { totalCount: 3, integrationTypes: ["gitlab"] });
    await call(400, "GET", "/v1/agents?ids=x");
    await call(400, "GET", "/v1/agents?status=odd");
  } finally {
    key = before;
  }
});

test("reads and updates the policy for overlaps and pauses", async () => {
  const { id } = await create();
  const path = `/v1/agents/${id}/run-policy`;
  const policy = { overlap: "parallel", pauseAfterFailures: 5, pausedAt: null, pausedReason: null };
  assert.deepEqual(await call(200, "GET", path), policy);
  const changed = await call(200, "PATCH", path, { overlap: "queue", pauseAfterFailures: null });
  assert.deepEqual(changed, { ...policy, overlap: "queue", pauseAfterFailures: null });
  await call(400, "PATCH", path, { overlap: "maybe" });
});
