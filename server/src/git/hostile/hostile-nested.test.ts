import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { exists, makeWorld, plainGit, shell } from "../git-fixture.ts";
import { files, startHostile, wholeTurn } from "./hostile-fixture.ts";

test("captures nested repositories as files, and runs none of their programs", async (t) => {
  const world = await startHostile(t);
  shell(
    world.site,
    `mkdir -p lib/empty lib/full/deep; git init -q lib/empty; git init -q lib/full; git init -q lib/full/deep
     echo 1 > lib/empty/a; echo 2 > lib/full/b; echo 3 > lib/full/deep/c; mkdir stub; echo 'gitdir: /etc' > stub/.git; echo 4 > stub/d
     git -C lib/full -c user.name=x -c user.email=x@x commit -q --allow-empty -m x
     for d in lib/empty lib/full lib/full/deep; do git -C $d config core.fsmonitor 'touch ${world.marks}/ran; false'; done`,
  );
  const { headSha } = await world.capture();
  const made = files(world, headSha!).filter((name) => name.startsWith("lib") || name.startsWith("stub"));
  assert.deepEqual(made, ["lib/empty/a", "lib/full/b", "lib/full/deep/c", "stub/d"]);
  assert.deepEqual(world.ran(), []);
  shell(world.site, "git -C lib/full status --short");
  assert.deepEqual(world.ran(), ["ran"], "control");
});

test("never runs git status in a submodule's repository", async (t) => {
  const world = makeWorld(t);
  const marks = join(world.root, "marks");
  mkdirSync(marks);
  chmodSync(marks, 0o777);
  const inner = plainGit(world.person, "rev-parse", "HEAD");
  plainGit(world.person, "update-index", "--add", "--cacheinfo", `160000,${inner},module`);
  writeFileSync(
    join(world.person, ".gitmodules"),
    '[submodule "module"]\n\tpath = module\n\turl = ./app.git\n\tignore = none\n',
  );
  plainGit(world.person, "add", ".gitmodules");
  plainGit(world.person, "commit", "--quiet", "-m", "Module");
  plainGit(world.person, "push", "--quiet", "origin", "main");
  await world.fetch();
  await world.checkOut();
  shell(
    world.site,
    `git init -q module; git -C module -c user.name=x -c user.email=x@x commit -q --allow-empty -m x; git -C module config core.fsmonitor 'touch ${marks}/ran; false'; echo x > module/new; echo x > new.txt; rm -f ${marks}/ran`,
  );
  const { headSha } = await world.capture();
  assert.equal(exists(join(marks, "ran")), false);
  assert.ok(files(world, headSha!).includes("new.txt"));
  assert.match(
    world.at(world.site.capturePath, "ls-tree", headSha!, "module"),
    new RegExp(`^160000 commit ${inner}`),
  );
  shell(world.site, "git status --short");
  assert.equal(exists(join(marks, "ran")), true, "control");
});

test("runs no program of submodules that a harness adds, and does not fetch them", async (t) => {
  const world = await startHostile(t);
  shell(
    world.site,
    `git config -f .gitmodules submodule.ext.path ext; git config -f .gitmodules submodule.ext.url 'ext::sh -c touch% ${world.marks}/ran'
     git config submodule.recurse true; git config fetch.recurseSubmodules true; git config submodule.ext.update '!touch ${world.marks}/ran'
     git config submodule.ext.url 'ext::sh -c touch% ${world.marks}/ran'; git config protocol.allow always
     git add .gitmodules; git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),ext
     git -c user.name=x -c user.email=x commit -qm Modules; echo x > new.txt`,
  );
  const sha = await wholeTurn(world);
  assert.ok(files(world, sha).includes("new.txt"));
  assert.deepEqual(world.ran(), []);
  shell(world.site, "GIT_ALLOW_PROTOCOL=ext git submodule update --init ext || true");
  assert.deepEqual(world.ran(), ["ran"], "control");
});

test("excludes a .gitmodules file that would run a program on checkout, and reports it", async (t) => {
  const world = await startHostile(t);
  for (const [key, value] of [
    ["update", "!touch x"],
    ["url", "-u./payload"],
    ["path", "-u"],
  ]) {
    shell(world.site, `git config -f .gitmodules submodule.evil.${key} '${value}'`);
    const { headSha, notices } = await world.capture();
    assert.match(notices.join(), /disallowed submodule.*\.gitmodules/, key);
    assert.ok(!files(world, headSha!).includes(".gitmodules"), key);
    shell(world.site, "rm .gitmodules");
  }
  world.write("new.txt", "x\n");
  const { headSha } = await world.capture();
  assert.ok(files(world, headSha!).includes("new.txt"), "control");
});

test("captures a bare repository in the tree as files, and ignores its configuration", async (t) => {
  const world = await startHostile(t);
  shell(
    world.site,
    `git init -q --bare lib/bare; git -C lib/bare config core.fsmonitor 'touch ${world.marks}/ran; false'
     git -C lib/bare config core.bare false; git -C lib/bare config core.worktree ..`,
  );
  const sha = await wholeTurn(world);
  assert.ok(files(world, sha).includes("lib/bare/HEAD"));
  assert.deepEqual(world.ran(), []);
  shell(world.site, "cd lib/bare; git status --short || true");
  assert.deepEqual(world.ran(), ["ran"], "control");
});

test("removes pipes that would block git in a nested repository, without blocking", async (t) => {
  const world = await startHostile(t);
  shell(
    world.site,
    `mkdir -p a/.git/objects a/.git/refs b; mkfifo a/.git/HEAD; echo 1 > a/file; mkfifo b/.gitignore b/.gitattributes; echo 2 > b/file
     mkdir -p evil/objects evil/refs c; mkfifo evil/HEAD; ln -s ../evil c/.git; echo 3 > c/file; mkfifo ordinary`,
  );
  const { headSha } = await world.capture();
  const made = files(world, headSha!);
  for (const name of ["a/file", "b/file"]) assert.ok(made.includes(name), name);
  assert.ok(exists(join(world.site.checkoutPath, "ordinary")), "keeps other named pipes");
  assert.match(world.warnings.join(), /named pipes that would block git were removed/);
});

test("logs nested repositories beyond the limit, and captures the rest", async (t) => {
  const world = await startHostile(t);
  shell(
    world.site,
    `git init -q nested; for n in $(seq 205); do mkdir -p many/$n; cp -r nested/.git many/$n/; done; rm -rf nested; echo x > new.txt`,
  );
  const { headSha } = await world.capture();
  assert.ok(files(world, headSha!).includes("new.txt"));
  assert.match(world.warnings.join(), /nested repository was not captured.* too many/);
});
