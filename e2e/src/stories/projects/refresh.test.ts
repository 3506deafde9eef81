import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Edge, startEdge } from "../../support/api-edge.ts";
import { ageBuilds, buildOf, projectWith, pushAndWait, pushedRepository } from "./run-build.ts";

let edge: Edge;
before(async () => {
  edge = await startEdge();
});
after(async () => {
  await edge.close();
});

const triggersOf = async (projectId: string) =>
  (await edge.client.projects.builds.list(projectId)).items.map(({ trigger }) => trigger);

test("builds again after a push to the base branch, but not after one to another branch", async () => {
  const repository = await pushedRepository(edge, "refresh/app", { "a.txt": "1\n" });
  const settings = { codeRepositoryIds: [repository.id], setupScript: "cat app/a.txt" };
  const refreshed = await projectWith(edge, { ...settings, refresh: true });
  const plain = await projectWith(edge, settings);
  const first = await buildOf(edge, refreshed.id);
  assert.equal(first.status, "completed", JSON.stringify(first));
  await buildOf(edge, plain.id);

  await pushAndWait(edge, repository.url, "main", { "a.txt": "2\n" });
  assert.deepEqual(await triggersOf(refreshed.id), ["manual"], "less than 30 minutes after the first build");
  await ageBuilds(edge);
  await pushAndWait(edge, repository.url, "other", { "a.txt": "3\n" });
  assert.deepEqual(await triggersOf(refreshed.id), ["manual"]);
  await pushAndWait(edge, repository.url, "main", { "a.txt": "4\n" });
  assert.deepEqual(await triggersOf(refreshed.id), ["scheduled", "manual"]);
  assert.deepEqual(await triggersOf(plain.id), ["manual"]);
  const [requested] = (await edge.client.projects.builds.list(refreshed.id)).items;
  const second = await buildOf(edge, refreshed.id, requested!.id);
  assert.equal(second.status, "completed", JSON.stringify(second));
  assert.match(second.logs, /^4$/m);
});
