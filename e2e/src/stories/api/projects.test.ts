import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Edge, eventually, startEdge } from "../../support/api-edge.ts";

let edge: Edge;
let repositoryId: string;
before(async () => {
  edge = await startEdge();
  repositoryId = (await edge.repository("ops/app", { "a.txt": "1\n" })).id;
});
after(async () => {
  await edge.close();
});

let names = 0;
const aProject = async (change: object = {}) =>
  (await edge.client.projects.create({ name: `Project ${++names}`, sizes: ["micro"], ...change })).project;

/** Reads a stream to its end. Returns its result. */
async function endOfLog<T>(log: AsyncIterator<unknown, T>): Promise<T> {
  for (;;) {
    const { done, value } = await log.next();
    if (done) return value;
  }
}

test("gives a session its default project, with instructions and variables that are masked", async () => {
  const project = await aProject({
    codeRepositoryIds: [repositoryId],
    isDefaultForRepositories: true,
    icon: "server",
    color: "teal",
  });
  await edge.client.projects.environmentVariables.create(project.id, {
    secrets: [
      { key: "RUN_TOKEN", value: "sesame-run-1", scope: "buildAndRun" },
      { key: "BUILD_TOKEN", value: "sesame-build-1" },
    ],
  });
  const { id } = await edge.client.session.create({
    prompt: 'Print. SCRIPT(bash("echo run=$RUN_TOKEN build=$BUILD_TOKEN."), say("Done."))',
    codeRepoIds: [repositoryId],
  });
  const text = JSON.stringify(await edge.ended(id));
  assert.match(text, /run=\[secret RUN_TOKEN\] build=\./);
  assert.ok(!text.includes("sesame"));
  const session = await edge.client.sessions.retrieve(id);
  assert.deepEqual(session.project, { id: project.id, name: project.name, icon: "server", color: "teal" });
  const listed = await edge.client.sessions.list({ projectIds: [project.id] });
  assert.deepEqual(
    listed.items.map((one) => one.id),
    [id],
  );

  await edge.client.projects.delete(project.id);
  assert.equal((await edge.client.sessions.retrieve(id)).project?.name, project.name);
  const draft = await edge.draft({ codeRepoIds: [repositoryId] });
  assert.equal((await edge.client.sessions.retrieve(draft.id)).projectId, null);
  await edge.refused(
    400,
    { path: "/session/create", body: { prompt: "Go.", projectId: project.id } },
    /Project .* was not found. It may have been deleted/,
  );
});

test("starts an agent's sessions in its project, and refuses a project of another organization", async () => {
  const project = await aProject();
  const agent = await edge.client.agents.create({
    name: "In a project",
    projectId: project.id,
    instructions: {
      type: "doc",
      content: [{ type: "paragraph", content: [{ type: "text", text: "Wait." }] }],
    },
  });
  assert.equal(agent.projectId, project.id);
  const { jobId } = await edge.client.agents.runs.create(agent.id);
  const run = () => edge.client.agents.runs.retrieve(agent.id, jobId);
  await eventually(async () => (await run()).sessionId !== null);
  const session = await edge.client.sessions.retrieve((await run()).sessionId!);
  assert.equal(session.projectId, project.id);
  await edge.ended(session.id);
  const { key } = await edge.stranger();
  for (const [path, body] of [
    ["/v1/agents", { name: "x" }],
    ["/v1/sessions", { description: "Go." }],
  ] as const)
    await edge.refused(
      400,
      { path, key, body: { ...body, projectId: project.id } },
      /Project .* was not found/,
    );
});

test("requests a build at the time of a schedule", async () => {
  const project = await aProject({ schedule: { cron: "0 0 1 1 *" } });
  await edge.pool.query("update project_schedules set next_run_at = now() where project_id = $1", [
    project.id,
  ]);
  const builds = async () => (await edge.client.projects.builds.list(project.id)).items;
  await eventually(async () => (await builds()).length > 0);
  assert.deepEqual(
    (await builds()).map(({ trigger }) => trigger),
    ["scheduled"],
  );
});

test("serves concurrent requests with one build, and ends the stream of its log when the project is deleted", async () => {
  const project = await aProject({ setupScript: "sleep 600" });
  const requests = Array.from({ length: 5 }, () => edge.client.projects.builds.create(project.id));
  const [buildId, ...others] = new Set((await Promise.all(requests)).flatMap(({ jobIds }) => jobIds));
  assert.deepEqual(others, []);
  const { status } = await edge.client.projects.builds.retrieve(project.id, buildId!);
  assert.ok(["pending", "running"].includes(status), status);
  const end = endOfLog(edge.client.projects.builds.log(project.id, buildId!));
  await edge.client.projects.delete(project.id);
  assert.equal(await end, "cancelled");
  await edge.refused(404, { path: `/v1/projects/${project.id}/builds/${buildId}` }, /was not found/);
});

test("names the field of an error in the SDK", async () => {
  const body = { name: "x", sizes: ["micro" as const], containers: true };
  await assert.rejects(edge.client.projects.create(body), {
    status: 400,
    field: "containers",
    message: /Set "user" to "root"/,
  });
});
