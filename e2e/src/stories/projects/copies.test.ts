import assert from "node:assert/strict";
import { chown, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Edge, eventually, startEdge } from "../../support/api-edge.ts";
import { ofType } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";
import { buildOf, projectWith } from "./run-build.ts";
import { promptFor } from "./run-session.ts";

let edge: Edge;
before(async () => {
  edge = await startEdge();
});
after(async () => {
  await edge.close();
});

/** Returns the paths of the complete copies. */
async function copies(): Promise<string[]> {
  const folder = join(edge.dataDir, "copies");
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.filter((name) => name.includes(".copy-")).map((name) => join(folder, name));
}

async function awaitCopy(): Promise<string> {
  await eventually(async () => (await copies()).length === 1);
  return (await copies())[0]!;
}

test("starts a session from a ready copy, which survives a killed server, and then creates the next one", async () => {
  const repository = await edge.repository("copied/app", { "a.txt": "1\n" });
  const project = await projectWith(edge, {
    codeRepositoryIds: [repository.id],
    setupScript:
      "echo built > beside.txt; echo home > ~/home.txt; ln -s /etc/passwd link; cd app; echo x > extra.txt",
  });
  await edge.client.projects.update(project.id, { warmPoolEnabled: true });
  const build = await buildOf(edge, project.id);
  assert.equal(build.status, "completed", JSON.stringify(build));
  // Only a session that receives this copy has this file.
  const workspace = join(await awaitCopy(), "workspace");
  const planted = join(workspace, "planted.txt");
  await writeFile(planted, "planted\n", { mode: 0o600 });
  const { uid, gid } = await stat(workspace);
  await chown(planted, uid, gid);

  await edge.tembo.kill();
  const half = join(edge.dataDir, "sessions", "0199aaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa.copy", "workspace");
  await mkdir(half, { recursive: true });
  await mkdir(join(edge.dataDir, "copies", "0199aaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa.making"));
  await edge.restart();
  const start = (command: string) =>
    edge.client.session.create({
      prompt: promptFor(command),
      codeRepoIds: [repository.id],
      projectId: project.id,
    });
  const { id } = await start(
    "cat ../beside.txt ../planted.txt ~/home.txt extra.txt; echo more >> ../planted.txt; git status --short; find .. ~ ! -user $(id -u) | wc -l; echo 2 > a.txt",
  );
  const events = await edge.ended(id);
  assert.match(resultsOf(events).join("\n"), /built\\nplanted\\nhome\\nx\\n0"?$/m);
  const notices = ofType(events, "notice").map(({ eventData }) => eventData.message);
  assert.deepEqual(
    notices.filter((message) => message.includes("environment")),
    [],
  );
  assert.equal(ofType(events, "branch.pushed").length, 1);

  await edge.tembo.kill();
  await edge.restart();
  await edge.client.session.messages.create(id, {
    content: promptFor("cat a.txt ../planted.txt; find .. ~ ! -user $(id -u) | wc -l; echo 3 > a.txt"),
  });
  const next = await edge.ended(id, 2);
  assert.match(resultsOf(next).at(-1) ?? "", /2\\nplanted\\nmore\\n0/, "the next turn has the same user");
  assert.equal(ofType(next, "branch.pushed").length, 2);

  await awaitCopy();
  await eventually(
    async () => !(await readdir(join(edge.dataDir, "sessions"))).some((name) => /\.(copy|env)$/.test(name)),
  );
  const other = await start("ls ..");
  assert.doesNotMatch(resultsOf(await edge.ended(other.id)).join("\n"), /planted/);

  await rm(join(await awaitCopy(), "home"), { recursive: true });
  const unpacked = await start("cat ~/home.txt");
  assert.match(resultsOf(await edge.ended(unpacked.id)).join("\n"), /home/);

  await edge.client.projects.update(project.id, { warmPoolEnabled: false });
  await eventually(async () => (await copies()).length === 0);
});
