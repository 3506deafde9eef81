import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newId } from "../../../core/base/index.ts";
import { claimBuild, completeBuild, openBuildLog } from "../../../core/sessions/index.ts";
import { failBuild } from "../../../core/sessions/project/build/claim-build.ts";
import { caller } from "../../../testing/caller.ts";
import { anEnvironment } from "../../../testing/seed-project.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { someTime } from "../../../testing/test-store.ts";

let served: Served;
let key: string;
let call: ReturnType<typeof caller>;
before(async () => {
  served = await serve();
  key = await served.addKey(served.testStore.organizationId);
  call = caller(served, key);
});
after(() => served.close());

async function aProject(change: object = {}): Promise<string> {
  const body = { name: newId(), sizes: ["micro", "large"], setupScript: "make", ...change };
  return (await call(201, "POST", "/v1/projects", body)).project.id;
}

const request = async (projectId: string, body: object = {}): Promise<string> =>
  (await call(201, "POST", `/v1/projects/${projectId}/builds`, body)).jobIds[0];

/** Claims the build, which must be the only one that can run. */
async function claim(buildId: string) {
  const claimed = await claimBuild(served.ports, "worker");
  assert.equal(claimed?.build.id, buildId);
  return claimed!;
}

/** Requests a build and completes it. Returns the ID of the snapshot. */
async function complete(projectId: string): Promise<string> {
  served.testStore.clock.set(new Date(served.testStore.clock.now().getTime() + 1_000));
  return completeBuild(served.ports, await claim(await request(projectId)), anEnvironment());
}

test("builds in the largest requested size, and rejects a size that the project lacks", async () => {
  const id = await aProject();
  const refusal = await call(400, "POST", `/v1/projects/${id}/builds`, { sizes: ["micro", "xl"] });
  assert.deepEqual(
    [refusal.field, /no size xl. Use one of micro, large/.test(refusal.error)],
    ["sizes", true],
  );
  const small = await request(id, { sizes: ["micro"] });
  const build = await call(200, "GET", `/v1/projects/${id}/builds/${small}`);
  assert.deepEqual([build.sandboxSize, build.status, build.durationMs], ["micro", "pending", null]);
  await call(200, "POST", `/v1/projects/${id}/builds/${small}/cancel`);
  const whole = await call(200, "GET", `/v1/projects/${id}/builds/${await request(id)}`);
  assert.equal(whole.sandboxSize, "large");
  await call(200, "POST", `/v1/projects/${id}/builds/${whole.id}/cancel`);
});

test("shows a running, a failed and a completed build", async () => {
  const id = await aProject();
  const path = `/v1/projects/${id}/builds`;
  const first = await claim(await request(id));
  await openBuildLog(served.ports, first.lease, []).append("make: *** No rule\n");
  served.testStore.clock.set(new Date(someTime.getTime() + 5_000));
  const running = await call(200, "GET", `${path}/${first.build.id}`);
  assert.deepEqual([running.status, running.durationMs, running.completedAt], ["running", 5_000, null]);
  await failBuild(served.ports, first.lease, "The setup script failed on line 1.");
  const failed = await call(200, "GET", `${path}/${first.build.id}`);
  assert.deepEqual(
    [failed.status, failed.failure, failed.logs, failed.snapshotId],
    ["failed", "The setup script failed on line 1.", "make: *** No rule\n", null],
  );
  const snapshotId = await complete(id);
  const { items } = await call(200, "GET", path);
  const completed = items.find((one: { status: string }) => one.status === "completed");
  assert.deepEqual([items.length, completed.snapshotId, completed.failure], [2, snapshotId, null]);
  const { activeSnapshots, lastBuild } = await call(200, "GET", `/v1/projects/${id}`);
  assert.deepEqual([lastBuild.id, lastBuild.status], [completed.id, "completed"]);
  assert.deepEqual(
    activeSnapshots.map((one: { id: string; size: string }) => [one.id, one.size]),
    [
      [snapshotId, "micro"],
      [snapshotId, "large"],
    ],
  );
  assert.equal((await call(200, "GET", "/v1/projects")).hasBuiltSnapshot, true);
});

test("reports the newest build in the list, and the environment from which a session started", async () => {
  const id = await aProject();
  const snapshotId = await complete(id);
  served.testStore.clock.set(new Date(served.testStore.clock.now().getTime() + 1_000));
  const pending = await request(id);
  const { items } = await call(200, "GET", "/v1/projects");
  const { lastBuild } = items.find((one: { id: string }) => one.id === id);
  assert.deepEqual([lastBuild.id, lastBuild.status], [pending, "pending"]);
  const session = await served.testStore.addSession({ projectId: id, snapshotId });
  assert.equal((await call(200, "GET", `/v1/sessions/${session.id}`)).snapshotId, snapshotId);
  await call(200, "POST", `/v1/projects/${id}/builds/${pending}/cancel`);
});

test("cancels a pending or running build once", async () => {
  const id = await aProject();
  const path = `/v1/projects/${id}/builds`;
  const first = await request(id);
  await claim(first);
  const second = await request(id);
  for (const build of [first, second]) {
    assert.deepEqual(await call(200, "POST", `${path}/${build}/cancel`), { id: build, cancelled: true });
    const again = await call(409, "POST", `${path}/${build}/cancel`);
    assert.match(again.error, /already canceled. Only a pending or running build/);
  }
  assert.match((await call(404, "POST", `${path}/${newId()}/cancel`)).error, /has no build/);
});

test("keeps the active environment when a later build fails or is canceled", async () => {
  const id = await aProject();
  const snapshotId = await complete(id);
  await failBuild(served.ports, (await claim(await request(id))).lease, "It broke.");
  const canceled = await request(id);
  await call(200, "POST", `/v1/projects/${id}/builds/${canceled}/cancel`);
  assert.equal((await call(200, "GET", `/v1/projects/${id}`)).activeSnapshots[0].id, snapshotId);
});

test("renames, pins and deletes environments, and the newest remaining one is active", async () => {
  const id = await aProject();
  const path = `/v1/projects/${id}/snapshots`;
  const [first, second] = [await complete(id), await complete(id)];
  const { items } = await call(200, "GET", path);
  assert.deepEqual(
    items.map((one: { id: string; isActive: boolean }) => [one.id, one.isActive]),
    [
      [second, true],
      [first, false],
    ],
  );
  const pinned = await call(200, "PATCH", `${path}/${first}`, { name: " Before ", pinned: true });
  assert.deepEqual([pinned.name, pinned.sizeBytes, pinned.size], ["Before", "1000", null]);
  assert.notEqual(pinned.pinnedAt, null);
  const unpinned = await call(200, "PATCH", `${path}/${first}`, { name: null, pinned: false });
  assert.deepEqual([unpinned.name, unpinned.pinnedAt], [null, null]);
  const deleted = await call(200, "DELETE", `${path}/${second}`);
  assert.deepEqual(deleted, { id: second, deleted: true, cleanupJobCount: 0 });
  assert.equal((await call(200, "GET", `${path}/${first}`)).isActive, true);
  for (const method of ["GET", "DELETE"])
    assert.match((await call(404, method, `${path}/${second}`)).error, /has no snapshot/);
});

test("builds a snapshot again with its own settings, and rejects the request while another build waits", async () => {
  const id = await aProject();
  const snapshotId = await complete(id);
  await call(200, "PATCH", `/v1/projects/${id}`, { setupScript: "make all" });
  const path = `/v1/projects/${id}/builds`;
  const rebuild = await request(id, { snapshotId });
  assert.equal(await request(id, { snapshotId }), rebuild);
  const shown = await call(200, "GET", `${path}/${rebuild}`);
  assert.deepEqual([shown.trigger, shown.setupScript], ["rebuild", "make"]);
  const refusal = await call(409, "POST", path, {});
  assert.match(refusal.error, /is waiting and builds snapshot .* again. Cancel it/);
  await call(200, "PATCH", `/v1/projects/${id}`, { setupScript: "make more" });
  assert.equal((await call(200, "GET", `${path}/${rebuild}`)).setupScript, "make");
  const again = await completeBuild(served.ports, await claim(rebuild), anEnvironment());
  const snapshot = await call(200, "GET", `/v1/projects/${id}/snapshots/${again}`);
  assert.deepEqual([snapshot.rebuildOfSnapshotId, snapshot.setupScript], [snapshotId, "make"]);
  for (const wrong of [newId(), "x"]) {
    const unknown = await call(400, "POST", path, { snapshotId: wrong });
    assert.deepEqual([unknown.field, /has no snapshot/.test(unknown.error)], ["snapshotId", true]);
  }
});

test("streams a log while it grows, and ends with the build", { timeout: 20_000 }, async () => {
  const id = await aProject();
  const { build, lease } = await claim(await request(id));
  const log = openBuildLog(served.ports, lease, []);
  await log.append("one\n");
  const path = `/v1/projects/${id}/builds/${build.id}/logs/stream`;
  const response = await served.ask(path, key);
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("one") && !text.includes("two")) {
      await log.append("two\n");
      await failBuild(served.ports, lease, "It broke.");
    }
  }
  assert.equal(
    text,
    ': connected\n\nevent: log\nid: 1\ndata: {"text":"one\\n"}\n\n' +
      'event: log\nid: 2\ndata: {"text":"two\\n"}\n\nevent: end\ndata: {"status":"failed"}\n\n',
  );
  const rest = await (await served.ask(path, key, { headers: { "last-event-id": "1" } })).text();
  assert.ok(rest.includes('"two') && !rest.includes('"one'));
});

test("ends the stream of a reader whose key is revoked", { timeout: 20_000 }, async () => {
  const id = await aProject();
  const buildId = await request(id);
  const other = await call(201, "POST", "/v1/api-keys", { name: "short lived" });
  const response = await served.ask(`/v1/projects/${id}/builds/${buildId}/logs/stream`, other.token);
  const reader = response.body!.getReader();
  await reader.read();
  await call(200, "DELETE", `/v1/api-keys/${other.id}`);
  while (!(await reader.read()).done);
  await call(200, "POST", `/v1/projects/${id}/builds/${buildId}/cancel`);
});
