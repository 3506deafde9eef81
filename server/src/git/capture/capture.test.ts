import assert from "node:assert/strict";
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import {
  author,
  commitAll,
  committer,
  exists,
  failsWith,
  makeWorld,
  makeWorldWithCheckout,
  plainGit,
  shell,
  type World,
} from "../git-fixture.ts";

const subjects = (world: World, branch = "tembo/work") =>
  world.at(world.site.capturePath, "log", "--format=%s", "--first-parent", branch).split("\n");

test("an empty repository has no base commit, and its first capture becomes the first commit", async (t) => {
  const world = makeWorld(t, { isEmpty: true });
  await world.fetch();
  assert.deepEqual(await world.checkOut(), { baseSha: null, headSha: null, isNew: true });
  assert.equal(world.harness("symbolic-ref", "HEAD"), "refs/heads/tembo/work");
  assert.deepEqual(await world.capture(), { headSha: null, notices: [] });
  world.write("first.txt", "1\n");
  const { headSha } = await world.capture("First");
  assert.deepEqual(subjects(world), ["First"]);
  assert.equal(world.harness("rev-parse", "HEAD"), headSha);
  assert.deepEqual(await world.push(headSha!), { outcome: "pushed", sha: headSha });
});

test("keeps the first commits that the harness makes in an empty repository", async (t) => {
  const world = await makeWorldWithCheckout(t, { isEmpty: true });
  world.write("first.txt", "1\n");
  commitAllAs(world, "Own first");
  const { headSha } = await world.capture("Rest");
  assert.deepEqual(subjects(world), ["Own first"]);
  assert.equal(headSha, world.harness("rev-parse", "HEAD"));
});

test("three turns with and without harness commits form a linear history and leave the checkout clean", async (t) => {
  const world = await makeWorldWithCheckout(t);
  world.write("a.txt", "1\n");
  await world.capture("Turn 1");
  assert.equal(world.harness("status", "--porcelain"), "");
  world.write("b.txt", "2\n");
  commitAllAs(world, "Own 2");
  world.write("c.txt", "2\n");
  await world.capture("Turn 2");
  assert.equal(world.harness("status", "--porcelain"), "");
  rmSync(join(world.site.checkoutPath, "a.txt"));
  world.write("c.txt", "3\n");
  const { headSha } = await world.capture("Turn 3");
  assert.deepEqual(subjects(world), ["Turn 3", "Turn 2", "Own 2", "Turn 1", "Start"]);
  assert.equal(world.harness("rev-parse", "HEAD"), headSha);
  assert.equal(world.harness("status", "--porcelain"), "");
  world.harness("fsck", "--strict");
  world.at(world.site.capturePath, "fsck", "--strict");
  assert.equal(
    world.at(world.site.capturePath, "log", "-1", "--format=%an <%ae> %cn <%ce>"),
    `${author.name} <${author.email}> ${committer.name} <${committer.email}>`,
  );
  assert.deepEqual(world.warnings, []);
});

test("adds no commit for a second capture or without changes", async (t) => {
  const world = await makeWorldWithCheckout(t);
  const { baseSha } = await world.checkOut();
  assert.deepEqual(await world.capture(), { headSha: baseSha, notices: [] });
  world.write("a.txt", "1\n");
  const first = await world.capture();
  assert.deepEqual(await world.capture(), first);
  assert.deepEqual(await Promise.all([world.capture(), world.capture()]), [first, first]);
});

test("excludes ignored files, and preserves modes, links, odd names and large files", async (t) => {
  const world = await makeWorldWithCheckout(t);
  world.write("ignored/x", "no\n");
  world.write("spaced ü\nname.txt", "yes\n");
  world.write("big.bin", "\0x".repeat(4_000_000));
  shell(world.site, "printf '#!/bin/sh\\n' > run.sh; chmod +x run.sh; ln -s README.md link; mkfifo pipe");
  const { headSha } = await world.capture();
  const tree = world
    .at(world.site.capturePath, "-c", "core.quotePath=false", "ls-tree", "-r", "-z", headSha!)
    .split("\0")
    .map((line) => line.replace(/^(\d+) \w+ \w+/, "$1"));
  assert.deepEqual(tree.sort(), [
    "",
    "100644\t.gitignore",
    "100644\tREADME.md",
    "100644\tbig.bin",
    "100644\tspaced ü\nname.txt",
    "100755\trun.sh",
    "120000\tlink",
  ]);
});

test("detects a change within the same second that keeps the file size", async (t) => {
  const world = await makeWorldWithCheckout(t);
  world.write("README.md", "# Ape\n");
  const { headSha } = await world.capture();
  assert.equal(world.at(world.site.capturePath, "show", `${headSha}:README.md`), "# Ape");
  world.write("README.md", "# Ant\n");
  const next = await world.capture();
  assert.equal(world.at(world.site.capturePath, "show", `${next.headSha}:README.md`), "# Ant");
});

test("moves work from another branch or a detached HEAD to the session's branch", async (t) => {
  const world = await makeWorldWithCheckout(t);
  world.harness("checkout", "--quiet", "-b", "side/quest");
  world.write("a.txt", "1\n");
  commitAllAs(world, "On a side branch");
  await world.capture();
  world.harness("checkout", "--quiet", "--detach");
  world.write("b.txt", "2\n");
  commitAllAs(world, "Detached");
  world.write("c.txt", "3\n");
  await world.capture("Rest");
  assert.deepEqual(subjects(world), ["Rest", "Detached", "On a side branch", "Start"]);
  assert.equal(world.harness("symbolic-ref", "HEAD"), "refs/heads/tembo/work");
});

test("captures the files of a rewritten history as a commit on top of the previous capture", async (t) => {
  const world = await makeWorldWithCheckout(t);
  world.write("a.txt", "1\n");
  await world.capture("Turn 1");
  world.write("a.txt", "2\n");
  world.harness("add", "--all");
  world.harness("commit", "--quiet", "--amend", "-m", "Amended");
  await world.capture("Turn 2");
  world.harness("checkout", "--quiet", "--orphan", "fresh");
  world.write("b.txt", "3\n");
  commitAllAs(world, "From nothing");
  const { headSha } = await world.capture("Turn 3");
  assert.deepEqual(subjects(world), ["Turn 3", "Turn 2", "Turn 1", "Start"]);
  assert.equal(world.at(world.site.capturePath, "show", `${headSha}:a.txt`), "2");
  assert.equal(world.at(world.site.capturePath, "show", `${headSha}:b.txt`), "3");
  world.write("b.txt", "4\n");
  commitAllAs(world, "Own again");
  await world.capture();
  assert.equal(subjects(world)[0], "Own again");
});

test("preserves the harness's merge of the base branch as a merge", async (t) => {
  const world = await makeWorldWithCheckout(t);
  world.write("a.txt", "1\n");
  commitAllAs(world, "Own");
  writeFileSync(join(world.person, "theirs.txt"), "x");
  const otherCommit = commitAll(world.person, "Theirs");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  await world.fetch();
  world.harness("merge", "--quiet", "--no-edit", otherCommit);
  const { headSha } = await world.capture();
  assert.equal(headSha, world.harness("rev-parse", "HEAD"));
  assert.match(world.at(world.site.capturePath, "log", "-1", "--format=%P"), new RegExp(otherCommit));
});

test("captures an unfinished merge in its current state, and then clears it", async (t) => {
  const world = await makeWorldWithCheckout(t);
  world.write("README.md", "mine\n");
  commitAllAs(world, "Mine");
  world.harness("checkout", "--quiet", "-b", "other", "HEAD~");
  world.write("README.md", "other\n");
  commitAllAs(world, "Other");
  world.harness("checkout", "--quiet", "tembo/work");
  assert.throws(() => world.harness("merge", "other"), "control: conflicts");
  const { headSha } = await world.capture("As it stands");
  assert.match(world.at(world.site.capturePath, "show", `${headSha}:README.md`), /<<<<<<< HEAD/);
  assert.ok(!exists(join(world.site.checkoutPath, ".git/MERGE_HEAD")));
  assert.equal(world.harness("status", "--porcelain"), "");
});

test("recreates a removed workspace repository and keeps the work", async (t) => {
  const world = await makeWorldWithCheckout(t);
  world.write("a.txt", "1\n");
  rmSync(join(world.site.checkoutPath, ".git"), { recursive: true });
  await world.capture("Turn 1");
  assert.equal(world.harness("status", "--porcelain", "--branch"), "## tembo/work");
  assert.equal(world.harness("remote", "get-url", "origin"), "https://tembo.example/git/acme/app.git");
  world.write("b.txt", "2\n");
  commitAllAs(world, "Own");
  await world.capture();
  assert.deepEqual(subjects(world), ["Own", "Turn 1", "Start"]);
});

test("keeps the files, but not the commits, of a workspace with corrupted objects", async (t) => {
  const world = await makeWorldWithCheckout(t);
  world.write("a.txt", "1\n");
  commitAllAs(world, "Damaged");
  const head = world.harness("rev-parse", "HEAD^{tree}");
  shell(world.site, `f=.git/objects/${head.slice(0, 2)}/${head.slice(2)}; chmod u+w $f; echo damaged > $f`);
  const { headSha } = await world.capture("Rescued");
  assert.deepEqual(subjects(world), ["Rescued", "Start"]);
  assert.equal(world.at(world.site.capturePath, "show", `${headSha}:a.txt`), "1");
});

test("a recreated workspace starts from the last capture", async (t) => {
  const world = await makeWorldWithCheckout(t);
  world.write("a.txt", "1\n");
  const { headSha } = await world.capture("Turn 1");
  renameSync(world.site.checkoutPath, join(world.root, "gone"));
  assert.deepEqual(await world.capture(), { headSha, notices: [] });
  await world.checkOut();
  assert.equal(world.harness("rev-parse", "HEAD"), headSha);
  assert.equal(world.harness("status", "--porcelain"), "");
  world.harness("fsck");
});

test("a capture succeeds despite lock files left by a killed server or harness", async (t) => {
  const world = await makeWorldWithCheckout(t);
  writeFileSync(join(world.site.capturePath, "refs/heads/tembo.lock"), "");
  mkdirSync(join(world.site.capturePath, "refs/heads/tembo"), { recursive: true });
  writeFileSync(join(world.site.capturePath, "refs/heads/tembo/work.lock"), "");
  for (const left of ["index.lock", "HEAD.lock"]) world.write(`.git/${left}`, "");
  world.write("a.txt", "1\n");
  await world.capture("Turn 1");
  assert.equal(world.harness("status", "--porcelain"), "");
  world.harness("commit", "--quiet", "--allow-empty", "-m", "Goes on");
});

test("reports that the checkout is missing", async (t) => {
  const world = makeWorld(t);
  await assert.rejects(world.capture(), failsWith("git_failed", /Create the checkout first/));
});

test("leaves no files except the capture repository", async (t) => {
  const world = await makeWorldWithCheckout(t);
  world.write("a.txt", "1\n");
  await world.capture();
  const left = readdirSync(dirname(world.site.capturePath)).filter((name) => !name.endsWith(".flock"));
  assert.deepEqual(left, ["app.git"]);
});

function commitAllAs(world: World, message: string): void {
  world.harness("add", "--all");
  world.harness("commit", "--quiet", "-m", message);
}
