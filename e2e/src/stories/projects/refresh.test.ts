import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Edge, startEdge } from "../../support/api-edge.ts";
import { API_KEY, type Files, git, withClone } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";
import {
  ageBuilds,
  awaitPush,
  buildOf,
  damageLayers,
  projectWith,
  pushAndWait,
  pushedRepository,
  refreshByPush,
} from "./run-build.ts";

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

/** Pushes files, and waits for the build that the push causes. */
const refreshOf = (projectId: string, url: string, files: Files) =>
  refreshByPush(edge, projectId, url, files);

const isIncremental = ({ logs }: { readonly logs: string }) => /Building on the environment of/.test(logs);

test("refreshes on top of the environment, and builds everything on request", async () => {
  const repository = await pushedRepository(edge, "refresh/increment", { "a.txt": "1\n", "old.txt": "x\n" });
  const project = await projectWith(edge, {
    ...{ codeRepositoryIds: [repository.id], refresh: true },
    setupScript: `cat increment/a.txt
echo ran >> runs.txt
touch "$HOME/.runs"
cat runs.txt "$HOME/.runs"
cp runs.txt "$HOME/.runs"
echo changed > increment/a.txt
ls increment`,
  });
  const first = await buildOf(edge, project.id);
  assert.equal(first.status, "completed", JSON.stringify(first));
  assert.equal(isIncremental(first), false);

  const removed = await withClone(repository.url, API_KEY, "main", async (path) => {
    await git(path, null, "rm", "--quiet", "old.txt");
    await git(path, null, "commit", "--quiet", "--message", "Remove");
    await git(path, API_KEY, "push", "--quiet");
    return git(path, null, "rev-parse", "HEAD");
  });
  await awaitPush(edge, removed);
  const second = await refreshOf(project.id, repository.url, { "a.txt": "2\n", "new.txt": "y\n" });
  assert.equal(isIncremental(second), true);
  assert.match(second.logs, /\n2\nran\nran\nran\na\.txt\nnew\.txt\n/);

  const { id } = await edge.client.session.create({
    prompt: 'Look. SCRIPT(bash("cat a.txt ../runs.txt $HOME/.runs; git status --short"), say("Done."))',
    ...{ codeRepoIds: [repository.id], projectId: project.id },
  });
  const output = resultsOf(await edge.ended(id)).join("\n");
  assert.match(output, /2\\nran\\nran\\nran\\nran/);

  const third = await buildOf(edge, project.id);
  assert.equal(isIncremental(third), false);
  assert.match(third.logs, /\n2\nran\n/);
});

test("builds everything in the same job if the script cannot run twice, and at once in the next refresh", async () => {
  const repository = await pushedRepository(edge, "refresh/once", { "a.txt": "1\n" });
  const project = await projectWith(edge, {
    ...{ codeRepositoryIds: [repository.id], refresh: true },
    setupScript: "mkdir created; cat once/a.txt",
  });
  await buildOf(edge, project.id);
  const second = await refreshOf(project.id, repository.url, { "a.txt": "2\n" });
  assert.match(second.logs, /The build on the previous environment failed\..*failed on line 1/);
  assert.match(second.logs, /\[Building everything again\.\][\s\S]*\n2\n/);
  const third = await refreshOf(project.id, repository.url, { "a.txt": "3\n" });
  assert.equal(isIncremental(third), false);
  const fourth = await refreshOf(project.id, repository.url, { "a.txt": "4\n" });
  assert.equal(isIncremental(fourth), true, "control");
});

test("builds everything after a change of the script, and if a layer is damaged", async () => {
  const repository = await pushedRepository(edge, "refresh/changed", { "a.txt": "1\n" });
  const project = await projectWith(edge, {
    ...{ codeRepositoryIds: [repository.id], refresh: true },
    setupScript: "echo one",
  });
  await buildOf(edge, project.id);
  await edge.client.projects.update(project.id, { setupScript: "echo two" });
  const changed = await refreshOf(project.id, repository.url, { "a.txt": "2\n" });
  assert.equal(isIncremental(changed), false);
  await damageLayers(edge);
  const damaged = await refreshOf(project.id, repository.url, { "a.txt": "3\n" });
  assert.match(damaged.logs, /Building everything again|not usable on this machine/);
  const next = await refreshOf(project.id, repository.url, { "a.txt": "4\n" });
  assert.match(next.logs, /Building on the environment of[\s\S]*two/, "control");
});
