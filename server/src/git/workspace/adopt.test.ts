import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { makeWorld, read, signal } from "../git-fixture.ts";

/** Creates a session whose work was pushed and whose commits the forge then recreated. */
async function remade(t: TestContext, change: { readonly otherFiles?: boolean } = {}) {
  const world = makeWorld(t);
  await world.fetch();
  const { baseSha } = await world.checkOut();
  world.write("new.txt", "new\n");
  const { headSha } = await world.capture();
  await world.push(headSha!);
  const files = change.otherFiles ? baseSha! : headSha!;
  const sha = world.at(
    world.remotePath,
    "commit-tree",
    "-p",
    baseSha!,
    "-m",
    "Made by the forge",
    `${files}^{tree}`,
  );
  world.at(world.remotePath, "update-ref", "refs/heads/tembo/work", sha);
  const { site, remote } = world;
  const adopt = (adopted = sha) =>
    world.git.adopt({ site, remote, branch: "tembo/work", sha: adopted }, signal);
  return { ...world, baseSha: baseSha!, headSha: headSha!, sha, adopt };
}

test("adopts the forge's version of the branch and keeps uncommitted changes", async (t) => {
  const world = await remade(t);
  world.write("README.md", "# Changed\n");
  world.write("more.txt", "more\n");
  world.harness("add", "more.txt");
  const status = world.harness("status", "--porcelain");
  assert.deepEqual(await world.adopt(), { outcome: "adopted" });
  for (const gitDir of [world.site.capturePath, world.site.mirrorPath])
    assert.equal(world.at(gitDir, "rev-parse", "tembo/work"), world.sha);
  assert.equal(world.harness("rev-parse", "HEAD"), world.sha);
  assert.equal(world.harness("status", "--porcelain"), status);
  assert.equal(read(`${world.site.checkoutPath}/README.md`), "# Changed\n");
  assert.deepEqual(
    await world.adopt(),
    { outcome: "adopted" },
    "repeating the adoption after a crash returns the same result",
  );
  const next = await world.capture();
  assert.equal(world.at(world.site.capturePath, "rev-parse", `${next.headSha}~1`), world.sha);
  assert.equal((await world.push(next.headSha!)).outcome, "pushed");
});

test("does not adopt a commit with different files or a commit that does not exist", async (t) => {
  const world = await remade(t, { otherFiles: true });
  assert.deepEqual(await world.adopt(), { outcome: "different" });
  assert.deepEqual(await world.adopt("1".repeat(40)), { outcome: "different" });
  assert.equal(world.at(world.site.capturePath, "rev-parse", "tembo/work"), world.headSha);
  assert.equal(world.harness("rev-parse", "HEAD"), world.headSha);
});

test("leaves a changed workspace as it is, and bases its next capture on the forge's commit", async (t) => {
  const world = await remade(t);
  world.write("own.txt", "own\n");
  world.harness("add", "--all");
  world.harness("commit", "--quiet", "-m", "Own");
  const own = world.harness("rev-parse", "HEAD");
  assert.deepEqual(await world.adopt(), { outcome: "leftWorkspace" });
  assert.equal(world.harness("rev-parse", "HEAD"), own);
  assert.match(world.warnings.join(), /workspace has changed/);
  const { headSha } = await world.capture();
  assert.equal(world.at(world.site.capturePath, "rev-parse", `${headSha}~1`), world.sha);
  assert.equal(world.at(world.site.capturePath, "show", `${headSha}:own.txt`), "own");
  assert.equal(world.harness("rev-parse", "HEAD"), headSha);
});

test("lists the commits between two commits, parents first, with trees and full messages", async (t) => {
  const world = await remade(t);
  world.write("own.txt", "own\n");
  world.harness("add", "--all");
  world.harness("commit", "--quiet", "-m", "Own ü\n\nBody\n\nTrailer: x");
  world.write("last.txt", "last\n");
  const { headSha } = await world.capture("Last");
  const { site } = world;
  const commits = await world.git.commitsBetween({ site, from: world.baseSha, to: headSha! }, signal);
  assert.deepEqual(
    commits.map(({ message }) => message),
    ["Work\n", "Own ü\n\nBody\n\nTrailer: x\n", "Last\n"],
  );
  assert.equal(commits.at(-1)!.sha, headSha);
  for (const [index, { sha, treeSha, parentShas }] of commits.entries()) {
    assert.equal(treeSha, world.at(site.capturePath, "rev-parse", `${sha}^{tree}`));
    assert.deepEqual(parentShas, [index === 0 ? world.baseSha : commits[index - 1]!.sha]);
  }
  assert.equal((await world.git.commitsBetween({ site, from: null, to: headSha! }, signal)).length, 4);
  assert.deepEqual(await world.git.commitsBetween({ site, from: headSha!, to: headSha! }, signal), []);
});
