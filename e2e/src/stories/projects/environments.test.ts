import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Edge, startEdge } from "../../support/api-edge.ts";
import { API_KEY, git, ofType, withClone } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";
import { buildOf, projectWith } from "./run-build.ts";
import { promptFor, sessionWith } from "./run-session.ts";

let edge: Edge;
before(async () => {
  edge = await startEdge();
});
after(async () => {
  await edge.close();
});

test("restores a removed workspace at the session's own commit, with a new .git", async () => {
  const repository = await edge.repository("restored/app", { "a.txt": "1\n" });
  const project = await projectWith(edge, {
    codeRepositoryIds: [repository.id],
    setupScript: "cd app; echo built > untracked.txt; git config core.fsmonitor 'touch /tmp/ran; false'",
  });
  const build = await buildOf(edge, project.id);
  assert.equal(build.status, "completed", JSON.stringify(build));
  const { id } = await sessionWith(edge, "echo 2 > a.txt; echo new > added.txt", {
    codeRepoIds: [repository.id],
    projectId: project.id,
  });

  await edge.tembo.kill();
  for (const folder of ["workspace", "home"])
    await rm(join(edge.dataDir, "sessions", id, folder), { recursive: true });
  await edge.restart();
  await edge.client.session.messages.create(id, {
    content: promptFor(
      "cat a.txt added.txt untracked.txt; git config core.fsmonitor || echo own-config; git status --short; echo 3 > third.txt",
    ),
  });
  const events = await edge.ended(id, 2);
  assert.match(resultsOf(events).join("\n"), /2\\nnew\\nbuilt\\nown-config"?$/m);
  const { branch } = ofType(events, "branch.pushed").at(-1)!.eventData;
  await withClone(repository.url, API_KEY, branch, async (path) => {
    const changed = await git(path, null, "diff", "--name-only", "origin/main", "HEAD");
    assert.equal(changed, "a.txt\nadded.txt\nthird.txt");
  });
});

test("brings no files of a repository that the session does not have", async () => {
  const own = await edge.repository("restored-one/same", { "own.txt": "1\n" });
  const other = await edge.repository("restored-two/same", { "other.txt": "1\n" });
  const third = await edge.repository("restored/third", { "third.txt": "1\n" });
  const project = await projectWith(edge, {
    codeRepositoryIds: [other.id, third.id],
    setupScript: "echo built | tee same/secret.txt third/secret.txt > beside.txt",
  });
  const build = await buildOf(edge, project.id);
  assert.equal(build.status, "completed", JSON.stringify(build));
  const { output } = await sessionWith(edge, "cat ../beside.txt; (cd .. && find . -name '*.txt' | sort)", {
    codeRepoIds: [own.id],
    projectId: project.id,
  });
  assert.match(output, /built\\n\.\/beside.txt\\n\.\/same\/own.txt"?$/m);
});
