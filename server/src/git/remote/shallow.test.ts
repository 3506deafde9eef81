import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { credential, serveForge } from "../../broker/git/forge-fixture.ts";
import { anyOwner, author, exists, hostUser, isRoot, makeWorld, signal } from "../git-fixture.ts";

/** Creates a remote over HTTP with 121 commits on `main`. The mirror fetches the requested number of commits. */
async function manyCommits(t: TestContext) {
  const world = makeWorld(t);
  const forge = await serveForge(t, dirname(world.remotePath));
  let made = 0;
  const remote = { kind: "https", url: `${forge.url}/app.git`, credential } as const;
  /** Adds commits to a branch on the remote. A new branch starts at `main`. */
  const more = (count: number, branch = "main", file = "count.txt") => {
    const ref = `refs/heads/${branch}`;
    const has = world.at(world.remotePath, "for-each-ref", ref) !== "";
    const commits = Array.from({ length: count }, (_, index) => {
      const from = index > 0 ? "" : `from ${has ? ref : "refs/heads/main"}^0\n`;
      const text = `${index}\n`;
      const who = `committer Ada <ada@example.com> ${1_700_000_000 + ++made} +0000`;
      return `commit ${ref}\n${who}\ndata 1\nx\n${from}M 100644 inline ${file}\ndata ${text.length}\n${text}\n`;
    });
    execFileSync("git", ["--git-dir", world.remotePath, "fast-import", "--quiet"], {
      input: commits.join(""),
      ...(isRoot ? hostUser : {}),
    });
    return world.at(world.remotePath, "rev-parse", branch);
  };
  more(120);
  world.at(world.remotePath, "tag", "v1", "main~50");
  const { mirrorPath } = world.site;
  return {
    ...world,
    remote,
    more,
    fetchMirror: (depth?: number | null, branch = "tembo/work") =>
      world.git.fetchMirror(
        { mirrorPath, remote, baseBranch: "main", branch, ...(depth === undefined ? {} : { depth }) },
        signal,
      ),
    pushOver: (sha: string) =>
      world.git.push(
        { site: world.site, remote, branch: "tembo/work", rescueBranch: "rescue", sha, author },
        signal,
      ),
    count: (gitDir: string, ref: string) => Number(world.at(gitDir, "rev-list", "--count", ref)),
  };
}

test("fetches the latest commits of each branch into a shallow mirror, which stays shallow", async (t) => {
  const world = await manyCommits(t);
  const { mirrorPath } = world.site;
  await world.fetchMirror(3);
  assert.equal(world.count(mirrorPath, "main"), 3);
  assert.equal(world.at(mirrorPath, "tag"), "");
  const sha = world.more(10);
  await world.fetchMirror(3);
  assert.equal(world.at(mirrorPath, "rev-parse", "main"), sha);
  assert.ok(world.count(mirrorPath, "main") <= 13);
});

test("unshallows a shallow mirror once no depth is set, and never truncates a full mirror", async (t) => {
  const world = await manyCommits(t);
  const { mirrorPath } = world.site;
  await world.fetchMirror(1);
  assert.equal(world.count(mirrorPath, "main"), 1);
  await world.fetchMirror(null);
  assert.equal(world.count(mirrorPath, "main"), 121);
  assert.equal(world.at(mirrorPath, "tag"), "v1");
  world.more(1);
  await world.fetchMirror(1);
  assert.equal(world.count(mirrorPath, "main"), 122);
});

test("captures, compares and pushes the work of several turns on a shallow mirror", async (t) => {
  const world = await manyCommits(t);
  await world.fetchMirror(1);
  const { baseSha } = await world.checkOut();
  assert.equal(world.harness("rev-list", "--count", "HEAD"), "1");
  assert.equal(world.harness("status", "--porcelain"), "");
  for (const turn of [1, 2, 3]) {
    world.write(`own-${turn}.txt`, "own\n");
    world.harness("add", "--all");
    world.harness("commit", "--quiet", "-m", `Own ${turn}`);
    world.write(`turn-${turn}.txt`, "captured\n");
    const { headSha } = await world.capture(`Turn ${turn}`);
    assert.equal(world.harness("rev-parse", "HEAD"), headSha);
    assert.equal(world.harness("log", "-2", "--format=%s"), `Turn ${turn}\nOwn ${turn}`);
    const both = { site: world.site, to: headSha!, maxPatchBytes: 10_000 };
    assert.equal((await world.git.diff({ ...both, from: baseSha }, signal)).changedFiles, 2 * turn);
    assert.deepEqual(await world.pushOver(headSha!), { outcome: "pushed", sha: headSha });
    world.more(3);
    await world.fetchMirror(1);
  }
  assert.equal(world.count(world.remotePath, "tembo/work"), 121 + 6);
  assert.deepEqual(world.warnings, []);
  world.harness("fsck", "--strict");
});

test("deepens the shallow mirror to merge with a branch that has many new commits", async (t) => {
  const world = await manyCommits(t);
  await world.fetchMirror(1);
  await world.checkOut();
  world.write("ours.txt", "ours\n");
  const { headSha } = await world.capture();
  // Adds more commits than one refresh fetches.
  const otherSha = world.more(90, "tembo/work", "theirs.txt");
  const pushed = await world.pushOver(headSha!);
  assert.equal(pushed.outcome, "merged");
  assert.equal(world.at(world.remotePath, "log", "-1", "--format=%P", pushed.sha), `${headSha} ${otherSha}`);
  assert.equal(world.at(world.remotePath, "show", "tembo/work:ours.txt"), "ours");
});

test("finds the merge base of an existing branch, regardless of the shallow mirror's initial depth", async (t) => {
  const world = await manyCommits(t);
  const base = world.at(world.remotePath, "rev-parse", "main");
  world.more(5, "tembo/work", "theirs.txt");
  world.more(60, "main", "other.txt");
  await world.fetchMirror(1);
  const { baseSha } = await world.checkOut();
  assert.equal(baseSha, base);
});

test("the workspace of a shallow mirror can fetch new commits after the mirror has been truncated", async (t) => {
  const world = await manyCommits(t);
  await world.fetchMirror(1);
  await world.checkOut();
  const sha = world.more(8);
  // Another session's turn updates the mirror and truncates it at the new head.
  await world.fetchMirror(1);
  assert.equal(world.count(world.site.mirrorPath, "main"), 1);
  world.harness("fetch", "--quiet", anyOwner, `file://${world.remotePath}`, "main");
  assert.equal(world.harness("rev-parse", "FETCH_HEAD"), sha);
  assert.equal(world.harness("rev-list", "--count", "FETCH_HEAD"), "9");
  world.harness("merge", "--quiet", "--ff-only", "FETCH_HEAD");
  world.write("new.txt", "new\n");
  const { headSha } = await world.capture();
  assert.equal((await world.pushOver(headSha!)).outcome, "pushed");
  assert.ok(exists(join(world.site.checkoutPath, ".git/shallow")));
});
