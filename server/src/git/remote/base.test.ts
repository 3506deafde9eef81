import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { credential, serveForge } from "../../broker/git/forge-fixture.ts";
import type { GitRemote } from "../../core/forges/index.ts";
import { commitAll, makeWorld, plainGit, signal, type World } from "../git-fixture.ts";

const fetch = (world: World, baseBranch: string, remote: GitRemote = world.remote) =>
  world.git.fetchMirror({ mirrorPath: world.site.mirrorPath, remote, baseBranch }, signal);

async function httpRemote(t: TestContext, world: World): Promise<GitRemote> {
  const forge = await serveForge(t, dirname(world.remotePath));
  return { kind: "https", url: `${forge.url}/app.git`, credential };
}

for (const where of ["a local forge", "a forge over HTTP"])
  test(`finds the new name of a default branch that was renamed on ${where}`, async (t) => {
    const world = makeWorld(t);
    const remote = where === "a local forge" ? world.remote : await httpRemote(t, world);
    assert.deepEqual(await fetch(world, "main", remote), { headBranch: null }, "control: the branch exists");
    world.at(world.remotePath, "branch", "-m", "main", "trunk");
    assert.deepEqual(await fetch(world, "main", remote), { headBranch: "trunk" });
    await assert.rejects(world.checkOut("tembo/work", "main"), /no branch "main" to start from/);
    const { baseSha } = await world.checkOut("tembo/work", "trunk");
    assert.equal(baseSha, world.at(world.remotePath, "rev-parse", "trunk"));
  });

for (const where of ["a local forge", "a forge over HTTP"])
  test(`finds the commit of a branch on ${where} without a mirror`, async (t) => {
    const world = makeWorld(t);
    const remote = where === "a local forge" ? world.remote : await httpRemote(t, world);
    const find = (branch: string) => world.git.findRemoteCommit({ remote, branch }, signal);
    assert.equal(await find("main"), world.at(world.remotePath, "rev-parse", "main"));
    assert.equal(await find("absent"), null);
    assert.equal(existsSync(world.site.mirrorPath), false);
  });

for (const where of ["a local forge", "a forge over HTTP"])
  test(`an empty repository on ${where} has no default branch`, async (t) => {
    const world = makeWorld(t, { isEmpty: true });
    const remote = where === "a local forge" ? world.remote : await httpRemote(t, world);
    assert.deepEqual(await fetch(world, "main", remote), { headBranch: null });
    assert.deepEqual(await world.checkOut(), { baseSha: null, headSha: null, isNew: true });
  });

/** Replaces the base branch's history. */
function overwriteBase(world: World): string {
  plainGit(world.person, "checkout", "--quiet", "--orphan", "fresh");
  writeFileSync(join(world.person, "fresh.txt"), "fresh\n");
  const sha = commitAll(world.person, "Another history");
  plainGit(world.person, "push", "--quiet", "--force", "origin", "HEAD:main");
  return sha;
}

test("compares work with the commit where it started, even after the base branch was overwritten", async (t) => {
  const world = makeWorld(t);
  await world.fetch();
  const { baseSha } = await world.checkOut();
  world.write("new.txt", "1\n2\n");
  const { headSha } = await world.capture();
  const fresh = overwriteBase(world);
  await world.fetch();
  assert.equal(world.at(world.site.mirrorPath, "rev-parse", "main"), fresh);
  const diff = await world.git.diff(
    { site: world.site, from: baseSha, baseBranch: "main", to: headSha!, maxPatchBytes: 10_000 },
    signal,
  );
  assert.deepEqual([diff.changedFiles, diff.additions], [1, 2]);
  world.write("more.txt", "3\n");
  const next = await world.capture();
  assert.equal((await world.push(next.headSha!)).outcome, "pushed");
});

test("compares with the merge base if the start commit is gone, or else with an empty tree", async (t) => {
  const world = makeWorld(t);
  await world.fetch();
  await world.checkOut();
  world.write("new.txt", "1\n");
  const { headSha } = await world.capture();
  const gone = "1".repeat(40);
  const compare = (baseBranch?: string) =>
    world.git.diff(
      {
        site: world.site,
        from: gone,
        ...(baseBranch ? { baseBranch } : {}),
        to: headSha!,
        maxPatchBytes: 10_000,
      },
      signal,
    );
  assert.equal((await compare("main")).changedFiles, 1);
  assert.equal((await compare("nowhere")).changedFiles, 3);
  assert.equal((await compare()).changedFiles, 3);
});

test("reads a file on a branch from the mirror, up to the given size", async (t) => {
  const world = makeWorld(t);
  await world.fetch();
  const read = (path: string, maxBytes = 100, branch = "main") =>
    world.git.readFile({ mirrorPath: world.site.mirrorPath, branch, path, maxBytes }, signal);
  assert.deepEqual(await read("README.md"), { kind: "text", text: "# App\n" });
  assert.equal(await read("nothing"), null);
  assert.equal(await read("README.md", 100, "nowhere"), null);
  assert.deepEqual(await read("README.md", 3), { kind: "tooLarge" });
});
