import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { AppError } from "../core/errors.ts";
import {
  author,
  commitAll,
  committer,
  exists,
  isRoot,
  makeWorld,
  plainGit,
  read,
  shell,
  signal,
  type World,
} from "./git-fixture.ts";

const failsWith = (code: string, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AppError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, words);
  return true;
};
const subjects = (world: World, branch = "tembo/work") =>
  world.at(world.site.capturePath, "log", "--format=%s", "--first-parent", branch).split("\n");

async function started(t: Parameters<typeof makeWorld>[0], options = {}) {
  const world = makeWorld(t, options);
  await world.fetch();
  await world.checkOut();
  return world;
}

test("a mirror follows its remote: new, moved and deleted branches and tags", async (t) => {
  const world = makeWorld(t);
  await world.fetch();
  plainGit(world.person, "push", "--quiet", "origin", "main:other");
  plainGit(world.person, "tag", "v1");
  plainGit(world.person, "push", "--quiet", "origin", "v1");
  commitAll(world.person, "Rewritten");
  plainGit(world.person, "commit", "--quiet", "--amend", "--allow-empty", "-m", "Rewritten again");
  plainGit(world.person, "push", "--quiet", "--force", "origin", "main");
  await world.fetch();
  assert.equal(world.at(world.site.mirrorPath, "show-ref"), world.at(world.remotePath, "show-ref"));
  plainGit(world.person, "push", "--quiet", "origin", ":other", ":v1");
  await world.fetch();
  assert.equal(world.at(world.site.mirrorPath, "show-ref"), world.at(world.remotePath, "show-ref"));
});

test("a branch may take the place of a folder of branches", async (t) => {
  const world = makeWorld(t);
  plainGit(world.person, "push", "--quiet", "origin", "main:a/b");
  await world.fetch();
  plainGit(world.person, "push", "--quiet", "origin", ":a/b", "main:a");
  await world.fetch();
  assert.equal(world.at(world.site.mirrorPath, "show-ref"), world.at(world.remotePath, "show-ref"));
});

test("other users of the machine may pass to a mirror and not list which there are", async (t) => {
  const world = makeWorld(t);
  await world.fetch();
  assert.equal(statSync(dirname(world.site.mirrorPath)).mode & 0o077, 0o011);
});

test("many fetches of one mirror at once all succeed", async (t) => {
  const world = makeWorld(t);
  await Promise.all(Array.from({ length: 8 }, () => world.fetch()));
  await world.checkOut();
});

test("a mirror left half made and locked by a killed server is repaired", async (t) => {
  const world = makeWorld(t);
  const mirror = world.site.mirrorPath;
  mkdirSync(join(mirror, "refs/heads"), { recursive: true });
  writeFileSync(join(mirror, "config"), "");
  await world.fetch();
  for (const left of ["packed-refs.lock", "shallow.lock", "HEAD.lock", "config.lock"])
    writeFileSync(join(mirror, left), "");
  mkdirSync(join(mirror, "refs/heads/x"), { recursive: true });
  writeFileSync(join(mirror, "refs/heads/next.lock"), "");
  writeFileSync(join(mirror, "objects/pack/tmp_pack_abc"), "x");
  plainGit(world.person, "push", "--quiet", "origin", "main:next");
  assert.throws(
    () => world.at(mirror, "update-ref", "refs/heads/next", "refs/heads/main"),
    /lock/,
    "control",
  );
  await world.fetch();
  assert.match(world.at(mirror, "show-ref"), /refs\/heads\/next/);
  assert.deepEqual(
    readdirSync(join(mirror, "objects/pack")).filter((name) => name.startsWith("tmp_")),
    [],
  );
});

test("a remote that is not there fails with git's words and without the credential", async (t) => {
  const world = makeWorld(t);
  const credential = { username: "x", password: "very-secret-token" };
  const remote = { url: "http://user:very-secret-token@127.0.0.1:9/a.git", credential };
  await assert.rejects(
    world.git.fetchMirror({ mirrorPath: world.site.mirrorPath, remote }, signal),
    (error) => {
      assert.ok(!String((error as Error).message).includes("very-secret-token"));
      return failsWith("git_failed", /git fetch failed: .*127\.0\.0\.1/)(error);
    },
  );
});

test("a refused credential is called that", async (t) => {
  const world = makeWorld(t);
  const server = createServer((_, response) =>
    response.writeHead(401, { "www-authenticate": "Basic" }).end(),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.git`;
  const remote = { url, credential: { username: "x", password: "very-secret-token" } };
  const fetching = world.git.fetchMirror({ mirrorPath: world.site.mirrorPath, remote }, signal);
  await assert.rejects(fetching, failsWith("forge_unauthorized", /refused the credential for a\./));
});

test("an aborted fetch ends with the signal's reason", async (t) => {
  const world = makeWorld(t);
  const stop = new AbortController();
  const fetching = world.git.fetchMirror(
    { mirrorPath: world.site.mirrorPath, remote: world.remote },
    stop.signal,
  );
  stop.abort(new Error("stopped by a person"));
  await assert.rejects(fetching, /stopped by a person/);
  await world.fetch();
});

test("a checkout starts from the base branch, with origin as people know it and no copy of the objects", async (t) => {
  const world = makeWorld(t);
  await world.fetch();
  const { baseSha } = await world.checkOut();
  assert.equal(baseSha, world.at(world.remotePath, "rev-parse", "main"));
  assert.equal(world.harness("rev-parse", "HEAD", "--abbrev-ref", "HEAD"), `${baseSha}\ntembo/work`);
  assert.equal(world.harness("remote", "get-url", "origin"), "https://tembo.example/git/acme/app.git");
  assert.equal(world.harness("status", "--porcelain"), "");
  assert.match(world.harness("count-objects", "-v"), /^count: 0$/m);
  assert.equal(
    world.harness("for-each-ref", "--format=%(refname)"),
    "refs/heads/tembo/work\nrefs/remotes/origin/HEAD\nrefs/remotes/origin/main",
  );
  assert.deepEqual(readdirSync(dirname(world.site.checkoutPath)), ["app"]);
});

test("everything of a checkout belongs to the sandbox's user", {
  skip: !isRoot && "needs root to be another user",
}, async (t) => {
  const world = await started(t);
  world.write("made.txt", "by the harness\n");
  await world.capture();
  for (const name of readdirSync(world.site.checkoutPath, { recursive: true, encoding: "utf8" }))
    assert.equal(statSync(join(world.site.checkoutPath, name)).uid, world.site.uid, name);
  assert.equal(statSync(world.site.mirrorPath).uid, 0);
});

test("a checkout is left as it is when it exists, and tells the same base", async (t) => {
  const world = await started(t);
  const first = await world.checkOut();
  world.write("mine.txt", "kept\n");
  commitAll(world.person, "Meanwhile");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  await world.fetch();
  assert.deepEqual(await world.checkOut(), first);
  assert.equal(read(join(world.site.checkoutPath, "mine.txt")), "kept\n");
});

test("a branch that exists is continued, and its base is where it left the base branch", async (t) => {
  const world = makeWorld(t);
  const base = plainGit(world.person, "rev-parse", "HEAD");
  plainGit(world.person, "checkout", "--quiet", "-b", "tembo/work");
  const tip = commitAll(world.person, "Begun");
  plainGit(world.person, "checkout", "--quiet", "main");
  commitAll(world.person, "Main goes on");
  plainGit(world.person, "push", "--quiet", "origin", "main", "tembo/work");
  await world.fetch();
  assert.deepEqual(await world.checkOut(), { baseSha: base, headSha: tip, isNew: true });
  assert.equal(world.harness("rev-parse", "HEAD"), tip);
});

test("a missing base branch is named", async (t) => {
  const world = makeWorld(t);
  await world.fetch();
  await assert.rejects(world.checkOut("tembo/work", "devel"), failsWith("git_failed", /no branch "devel"/));
});

test("an empty repository has no base, and its first capture is its first commit", async (t) => {
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

test("an empty repository keeps the harness's own first commits", async (t) => {
  const world = await started(t, { isEmpty: true });
  world.write("first.txt", "1\n");
  commitAllAs(world, "Own first");
  const { headSha } = await world.capture("Rest");
  assert.deepEqual(subjects(world), ["Own first"]);
  assert.equal(headSha, world.harness("rev-parse", "HEAD"));
});

test("three turns with and without own commits make one line of history, clean for the harness each time", async (t) => {
  const world = await started(t);
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

test("capturing twice, or nothing, adds nothing", async (t) => {
  const world = await started(t);
  const { baseSha } = await world.checkOut();
  assert.deepEqual(await world.capture(), { headSha: baseSha, notices: [] });
  world.write("a.txt", "1\n");
  const first = await world.capture();
  assert.deepEqual(await world.capture(), first);
  assert.deepEqual(await Promise.all([world.capture(), world.capture()]), [first, first]);
});

test("what .gitignore names stays behind, modes, links, odd names and big files come along", async (t) => {
  const world = await started(t);
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

test("a change of the same size within the same second is seen", async (t) => {
  const world = await started(t);
  world.write("README.md", "# Ape\n");
  const { headSha } = await world.capture();
  assert.equal(world.at(world.site.capturePath, "show", `${headSha}:README.md`), "# Ape");
  world.write("README.md", "# Ant\n");
  const next = await world.capture();
  assert.equal(world.at(world.site.capturePath, "show", `${next.headSha}:README.md`), "# Ant");
});

test("work on another branch or a detached head is taken as work on the session's branch", async (t) => {
  const world = await started(t);
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

test("a rewritten history is kept as its files, on top of what was known", async (t) => {
  const world = await started(t);
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

test("a merge of the moved base branch by the harness is kept as a merge", async (t) => {
  const world = await started(t);
  world.write("a.txt", "1\n");
  commitAllAs(world, "Own");
  writeFileSync(join(world.person, "theirs.txt"), "x");
  const theirs = commitAll(world.person, "Theirs");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  await world.fetch();
  world.harness("merge", "--quiet", "--no-edit", theirs);
  const { headSha } = await world.capture();
  assert.equal(headSha, world.harness("rev-parse", "HEAD"));
  assert.match(world.at(world.site.capturePath, "log", "-1", "--format=%P"), new RegExp(theirs));
});

test("a merge left in the middle is captured as it stands and then forgotten", async (t) => {
  const world = await started(t);
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

test("a removed workspace repository is made anew and the work is kept", async (t) => {
  const world = await started(t);
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

test("damaged objects of the workspace cost its commits, not its files", async (t) => {
  const world = await started(t);
  world.write("a.txt", "1\n");
  commitAllAs(world, "Damaged");
  const head = world.harness("rev-parse", "HEAD^{tree}");
  shell(world.site, `f=.git/objects/${head.slice(0, 2)}/${head.slice(2)}; chmod u+w $f; echo damaged > $f`);
  const { headSha } = await world.capture("Rescued");
  assert.deepEqual(subjects(world), ["Rescued", "Start"]);
  assert.equal(world.at(world.site.capturePath, "show", `${headSha}:a.txt`), "1");
});

test("a workspace made anew after a capture continues from what was captured", async (t) => {
  const world = await started(t);
  world.write("a.txt", "1\n");
  const { headSha } = await world.capture("Turn 1");
  renameSync(world.site.checkoutPath, join(world.root, "gone"));
  assert.deepEqual(await world.capture(), { headSha, notices: [] });
  await world.checkOut();
  assert.equal(world.harness("rev-parse", "HEAD"), headSha);
  assert.equal(world.harness("status", "--porcelain"), "");
  world.harness("fsck");
});

test("lock files a killed server or harness left do not stop a capture", async (t) => {
  const world = await started(t);
  writeFileSync(join(world.site.capturePath, "refs/heads/tembo.lock"), "");
  mkdirSync(join(world.site.capturePath, "refs/heads/tembo"), { recursive: true });
  writeFileSync(join(world.site.capturePath, "refs/heads/tembo/work.lock"), "");
  for (const left of ["index.lock", "HEAD.lock"]) world.write(`.git/${left}`, "");
  world.write("a.txt", "1\n");
  await world.capture("Turn 1");
  assert.equal(world.harness("status", "--porcelain"), "");
  world.harness("commit", "--quiet", "--allow-empty", "-m", "Goes on");
});

test("a capture without a checkout says so", async (t) => {
  const world = makeWorld(t);
  await assert.rejects(world.capture(), failsWith("git_failed", /Create the checkout first/));
});

test("a capture leaves nothing behind but the capture repository", async (t) => {
  const world = await started(t);
  world.write("a.txt", "1\n");
  await world.capture();
  const left = readdirSync(dirname(world.site.capturePath)).filter((name) => !name.endsWith(".flock"));
  assert.deepEqual(left, ["app.git"]);
});

test("a diff counts and shows changes, against a commit and against nothing", async (t) => {
  const world = await started(t);
  const { baseSha } = await world.checkOut();
  world.write("README.md", "# App\nmore\n");
  world.write("image.png", "\0\u0001");
  const { headSha } = await world.capture();
  const both = { site: world.site, to: headSha!, maxPatchBytes: 100_000 };
  const changed = await world.git.diff({ ...both, from: baseSha }, signal);
  assert.deepEqual({ ...changed, patch: "" }, { additions: 1, deletions: 0, changedFiles: 2, patch: "" });
  assert.match(changed.patch, /^\+more$/m);
  const all = await world.git.diff({ ...both, from: null }, signal);
  assert.equal(all.changedFiles, 3);
  assert.deepEqual(await world.git.diff({ ...both, from: headSha }, signal), {
    additions: 0,
    deletions: 0,
    changedFiles: 0,
    patch: "",
  });
});

test("a patch is cut at the end of a line, its counts are not", async (t) => {
  const world = await started(t);
  const { baseSha } = await world.checkOut();
  world.write("long.txt", "ünïcode line\n".repeat(50_000));
  const { headSha } = await world.capture();
  const cut = await world.git.diff(
    { site: world.site, from: baseSha, to: headSha!, maxPatchBytes: 5000 },
    signal,
  );
  assert.equal(cut.additions, 50_000);
  assert.ok(Buffer.byteLength(cut.patch) <= 5000 && cut.patch.length > 4000);
  assert.ok(cut.patch.endsWith("line\n"));
});

function commitAllAs(world: World, message: string): void {
  world.harness("add", "--all");
  world.harness("commit", "--quiet", "-m", message);
}
