import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { claimBuild, openBuildLog, requestBuild } from "../core/sessions/index.ts";
import { failBuild } from "../core/sessions/project/build/claim-build.ts";
import { aProject } from "../core/sessions/project/testing/a-project.ts";
import { openTestStore, type TestStore } from "../testing/test-store.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

async function runningBuild() {
  const project = aProject({ organizationId: t.organizationId });
  await t.store.projects.insert(project);
  const id = await requestBuild(t, project, {});
  const { lease } = (await claimBuild(t, "worker"))!;
  return { id, projectId: project.id, lease, log: openBuildLog(t, lease, []) };
}

const follow = (id: string, afterSeq: number, signal = new AbortController().signal) =>
  t.store.followBuildLog(id, afterSeq, signal)[Symbol.asyncIterator]();

test("follows a log across pages while it grows, and ends with the build", { timeout: 20_000 }, async () => {
  const { id, lease, log } = await runningBuild();
  for (let n = 1; n <= 250; n++) await log.append(`${n}\n`);
  const items = follow(id, 0);
  for (let n = 1; n <= 250; n++)
    assert.deepEqual((await items.next()).value, { kind: "log", seq: n, text: `${n}\n` });
  const next = items.next();
  await log.append("more\n");
  assert.deepEqual((await next).value, { kind: "log", seq: 251, text: "more\n" });
  const end = items.next();
  await failBuild(t, lease, "It broke.");
  assert.deepEqual((await end).value, { kind: "end", status: "failed" });
  assert.equal((await items.next()).done, true);
});

test("yields the log entries after the given sequence number, for an ended build", async () => {
  const { id, lease, log } = await runningBuild();
  await log.append("one\n");
  await log.append("two\n");
  await failBuild(t, lease, "It broke.");
  const items = follow(id, 1);
  assert.deepEqual((await items.next()).value, { kind: "log", seq: 2, text: "two\n" });
  assert.deepEqual((await items.next()).value, { kind: "end", status: "failed" });
});

test("ends for the readers when a build is canceled, and without an end when the signal aborts", {
  timeout: 20_000,
}, async () => {
  const { id, projectId } = await runningBuild();
  const stop = new AbortController();
  const [items, aborted] = [follow(id, 0), follow(id, 0, stop.signal)];
  const [end, none] = [items.next(), aborted.next()];
  stop.abort();
  assert.deepEqual(await none, { done: true, value: undefined });
  await t.store.projectBuilds.cancel(projectId, id, t.clock.now());
  assert.deepEqual((await end).value, { kind: "end", status: "cancelled" });
});
