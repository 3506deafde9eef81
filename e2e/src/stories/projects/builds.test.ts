import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Edge, eventually, startEdge } from "../../support/api-edge.ts";
import { API_KEY, git, ofType, processesWith, pushFiles, withClone } from "../../support/index.ts";
import {
  ageBuilds,
  buildOf,
  damageLayers,
  foldersOfBuild,
  logOf,
  projectWith,
  pushAndWait,
  pushedRepository,
} from "./run-build.ts";
import { sessionWith } from "./run-session.ts";

let edge: Edge;
before(async () => {
  edge = await startEdge();
});
after(async () => {
  await edge.close();
});

async function snapshotOf(sessionId: string): Promise<string | null> {
  const { rows } = await edge.pool.query("select snapshot_id from sessions where id = $1", [sessionId]);
  return rows[0].snapshot_id;
}

test("starts a session with what the setup script wrote, which stays out of its commits", async () => {
  const repository = await edge.repository("builds/app", {
    "a.txt": "1\n",
    "removed.txt": "x\n",
    ".gitignore": "ignored/\n",
  });
  const project = await projectWith(edge, {
    codeRepositoryIds: [repository.id],
    setupScript: `#!/bin/bash
pwd
mkdir app/ignored && echo ignored-file > app/ignored/x
echo beside-file > beside.txt
echo untracked-file > app/untracked.txt
echo changed > app/a.txt
umask 077; echo home-file > "$HOME/.tool"; ln -s /etc/passwd "$HOME/link"`,
  });
  const build = await buildOf(edge, project.id);
  assert.equal(build.status, "completed", JSON.stringify(build));
  assert.match(await logOf(edge, project.id, build.id), /^\/workspace$/m);

  await withClone(repository.url, API_KEY, "main", async (path) => {
    await git(path, null, "rm", "--quiet", "removed.txt");
    await git(path, null, "commit", "--quiet", "--message", "Remove");
    await git(path, API_KEY, "push", "--quiet");
  });
  await pushFiles(repository.url, API_KEY, "main", { "later.txt": "later-file\n" });
  const { id, output } = await sessionWith(
    edge,
    'cat ignored/x ../beside.txt untracked.txt "$HOME/.tool" later.txt a.txt; ls removed.txt; readlink "$HOME/link"; git status --short; echo new > added.txt; echo 2 > a.txt',
    { codeRepoIds: [repository.id], projectId: project.id },
  );
  assert.match(
    output,
    /ignored-file\\nbeside-file\\nuntracked-file\\nhome-file\\nlater-file\\n1\\nls: [^\\]*removed.txt[^\\]*\\n\/etc\/passwd/,
  );
  assert.doesNotMatch(output, /\?\?|M a.txt/);
  assert.equal(await snapshotOf(id), build.snapshotId);
  const [pushed] = ofType(await edge.events(id), "branch.pushed");
  await withClone(repository.url, API_KEY, pushed!.eventData.branch, async (path) => {
    const changed = await git(path, null, "diff", "--name-only", "origin/main", "HEAD");
    assert.equal(changed, "a.txt\nadded.txt");
  });
});

const npmFiles = (...dependencies: string[]) => {
  const wanted = Object.fromEntries(dependencies.map((name) => [name, `file:lib/${name}`]));
  const entries = dependencies.flatMap((name) => [
    [`lib/${name}`, { version: "1.0.0" }],
    [`node_modules/${name}`, { resolved: `lib/${name}`, link: true }],
  ]);
  const root = { name: "app", version: "1.0.0", dependencies: wanted };
  return {
    ".gitignore": "node_modules/\n",
    "package.json": JSON.stringify(root),
    "package-lock.json": JSON.stringify({
      ...{ name: "app", version: "1.0.0", lockfileVersion: 3, requires: true },
      packages: { "": root, ...Object.fromEntries(entries) },
    }),
    ...Object.fromEntries(
      dependencies.flatMap((name) => [
        [`lib/${name}/package.json`, JSON.stringify({ name, version: "1.0.0" })],
        [`lib/${name}/index.js`, `module.exports = "${name} is installed";\n`],
      ]),
    ),
  };
};

test("installs dependencies, again in a session whose lockfile has changed, and then requests a build", async () => {
  const repository = await pushedRepository(edge, "builds/npm", npmFiles("one"));
  const project = await projectWith(edge, {
    codeRepositoryIds: [repository.id],
    refresh: true,
  });
  const build = await buildOf(edge, project.id);
  assert.equal(build.status, "completed", JSON.stringify(build));
  assert.match(await logOf(edge, project.id, build.id), /\[npm: npm ci\]\n[\s\S]*added 1 package/);
  const body = { codeRepoIds: [repository.id], projectId: project.id };
  const same = await sessionWith(edge, "node -p \"require('one')\"; git status --short", body);
  assert.equal(same.output, '"one is installed"');
  assert.deepEqual(ofType(same.events, "notice").filter(aboutDependencies), []);

  // The push itself requests no build, because one was requested less than 30 minutes ago.
  await pushAndWait(edge, repository.url, "main", npmFiles("one", "two"));
  await ageBuilds(edge);
  const changed = await sessionWith(edge, "node -p \"require('two')\"", body);
  assert.match(changed.output, /two is installed/);
  assert.equal(ofType(changed.events, "notice").filter(aboutDependencies).length, 1);
  const { items } = await edge.client.projects.builds.list(project.id);
  assert.deepEqual(
    items.map(({ trigger }) => trigger),
    ["scheduled", "manual"],
  );
});

const aboutDependencies = ({ eventData }: { readonly eventData: { readonly message: string } }) =>
  /package-lock.json has changed .* npm ci exited with code 0/.test(eventData.message);

test("names the line of a failing script, and keeps the active environment", async () => {
  const project = await projectWith(edge, { setupScript: "echo first" });
  const first = await buildOf(edge, project.id);
  assert.equal(first.status, "completed", JSON.stringify(first));
  await edge.client.projects.update(project.id, {
    setupScript: "echo one\nif true; then\n  ls /missing-folder\nfi\necho never",
  });
  const second = await buildOf(edge, project.id);
  assert.equal(second.status, "failed");
  assert.match(
    second.failure ?? "",
    /^The setup script failed on line 3 with exit code 2\. Its last lines:\none\nls: .*\/missing-folder/,
  );
  const log = await logOf(edge, project.id, second.id);
  assert.match(log, /missing-folder/);
  assert.doesNotMatch(log, /never/);
  const { items } = await edge.client.projects.snapshots.list(project.id);
  assert.deepEqual(
    items.map(({ id, isActive }) => [id, isActive]),
    [[first.snapshotId, true]],
  );
});

test("completes an unchanged build with the existing environment, and builds it again on request", async () => {
  const project = await projectWith(edge, { setupScript: "echo same" });
  const first = await buildOf(edge, project.id);
  const second = await buildOf(edge, project.id);
  assert.deepEqual([second.status, second.snapshotId], ["completed", first.snapshotId]);
  const { jobIds } = await edge.client.projects.builds.create(project.id, { snapshotId: first.snapshotId! });
  const third = await buildOf(edge, project.id, jobIds[0]);
  assert.notEqual(third.snapshotId, first.snapshotId);
});

test("masks variables in the log, and fails if a file contains one", async () => {
  const value = "sesame-of-the-build-7";
  const project = await projectWith(edge, { setupScript: 'echo "is $TOKEN"' });
  await edge.client.projects.environmentVariables.create(project.id, { secrets: [{ key: "TOKEN", value }] });
  const first = await buildOf(edge, project.id);
  assert.equal(first.status, "completed", JSON.stringify(first));
  const log = await logOf(edge, project.id, first.id);
  assert.match(log, /is \[secret TOKEN\]/);
  for (const [script, path] of [
    ['echo "token = $TOKEN" > "$HOME/.settings"', "/home/tembo/.settings"],
    ['mkdir -p a/b; printf %s "-$TOKEN" | base64 -w0 > a/b/encoded', "/workspace/a/b/encoded"],
  ] as const) {
    await edge.client.projects.update(project.id, { setupScript: script });
    const failed = await buildOf(edge, project.id);
    assert.equal(failed.status, "failed");
    assert.ok(failed.failure?.includes(`The file ${path} contains the value of TOKEN`), failed.failure ?? "");
  }
});

test("ends a canceled build with its programs, and removes its files", async () => {
  const project = await projectWith(edge, { setupScript: "echo running; sleep 4711" });
  const { jobIds } = await edge.client.projects.builds.create(project.id);
  const id = jobIds[0]!;
  await eventually(async () => /running/.test(await logOf(edge, project.id, id)));
  await edge.client.projects.builds.cancel(project.id, id);
  assert.equal((await edge.client.projects.builds.retrieve(project.id, id)).status, "cancelled");
  await eventually(async () => (await foldersOfBuild(edge, id)).length === 0);
  assert.deepEqual(await processesWith("sleep 4711"), []);
});

test("starts a build over after its worker was killed", async () => {
  const project = await projectWith(edge, {
    setupScript:
      'test ! -e seen || exit 9; touch seen; echo attempt; test -e "$HOME/x" || sleep 3; touch "$HOME/x"',
  });
  const { jobIds } = await edge.client.projects.builds.create(project.id);
  const id = jobIds[0]!;
  await eventually(async () => /attempt/.test(await logOf(edge, project.id, id)));
  await edge.tembo.kill();
  await edge.restart();
  const build = await buildOf(edge, project.id, id);
  assert.equal(build.status, "completed", JSON.stringify(build));
  assert.equal((await logOf(edge, project.id, id)).match(/attempt/g)?.length, 2);
  await eventually(async () => (await foldersOfBuild(edge, id)).length === 0);
});

test("starts a session without a damaged environment, and requests another", async () => {
  const project = await projectWith(edge, { setupScript: "echo file > made.txt" });
  const build = await buildOf(edge, project.id);
  await damageLayers(edge);
  const { id, events, output } = await sessionWith(edge, "ls ../made.txt made.txt; echo ran", {
    projectId: project.id,
    codeRepoIds: [],
  });
  assert.match(output, /No such file.*ran/s);
  const [notice] = ofType(events, "notice").filter(({ eventData }) => /environment/.test(eventData.message));
  assert.match(
    notice?.eventData.message ?? "",
    /starts without the environment of .*build that replaces it was requested/s,
  );
  assert.equal(await snapshotOf(id), null);
  await eventually(async () => {
    const { items } = await edge.client.projects.builds.list(project.id);
    return items.length === 2 && items[0]!.status === "completed";
  });
  const after = await sessionWith(edge, "cat made.txt", { projectId: project.id, codeRepoIds: [] });
  assert.match(after.output, /file/);
  assert.notEqual(await snapshotOf(after.id), build.snapshotId);
});
