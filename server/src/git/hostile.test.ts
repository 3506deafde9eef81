import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { commitAll, exists, isRoot, makeWorld, plainGit, shell, type World } from "./git-fixture.ts";

async function started(t: TestContext) {
  const world = makeWorld(t);
  // Planted programs run as the sandbox's user in the controls and leave their mark here.
  const marks = join(world.root, "marks");
  mkdirSync(marks);
  chmodSync(marks, 0o777);
  await world.fetch();
  await world.checkOut();
  const ran = () => readdirSync(marks);
  return { ...world, marks, ran };
}

const files = (world: World, sha: string) =>
  world.at(world.site.capturePath, "ls-tree", "-r", "--name-only", sha).split("\n");

test("a planted fsmonitor is not run", async (t) => {
  const world = await started(t);
  shell(world.site, `git config core.fsmonitor 'touch ${world.marks}/fsmonitor; false'; echo x > new.txt`);
  const { headSha } = await world.capture();
  await world.push(headSha!);
  assert.ok(files(world, headSha!).includes("new.txt"));
  assert.deepEqual(world.ran(), []);
  world.harness("add", "--all");
  assert.deepEqual(world.ran(), ["fsmonitor"], "control");
});

test("planted filters, diff and merge drivers are not run", async (t) => {
  const world = await started(t);
  shell(
    world.site,
    `git config filter.evil.clean 'touch ${world.marks}/clean; cat'; git config filter.evil.process 'touch ${world.marks}/process'
     git config filter.evil.smudge 'touch ${world.marks}/smudge; cat'; git config diff.evil.command 'touch ${world.marks}/diff'
     git config diff.evil.textconv 'touch ${world.marks}/textconv; cat'; git config merge.evil.driver 'touch ${world.marks}/merge'
     echo '* filter=evil diff=evil merge=evil' > .gitattributes; echo x > new.txt`,
  );
  const { headSha } = await world.capture();
  await world.git.diff(
    { site: world.site, from: null, to: headSha!, maxPatchBytes: 1000 },
    new AbortController().signal,
  );
  await world.push(headSha!);
  assert.deepEqual(world.ran(), []);
  shell(world.site, "git config --unset filter.evil.process; touch new.txt; echo y > new.txt; git add --all");
  assert.deepEqual(world.ran(), ["clean"], "control");
});

test("planted hooks are not run, by folder or by configuration", async (t) => {
  const world = await started(t);
  shell(
    world.site,
    `mkdir -p .git/hooks planted; for hook in pre-commit post-commit post-index-change reference-transaction post-checkout pre-push; do
       printf '#!/bin/sh\\ntouch ${world.marks}/%s\\n' $hook > .git/hooks/$hook; cp .git/hooks/$hook planted; chmod +x .git/hooks/$hook planted/$hook; done
     git config core.hooksPath planted; rm -f ${world.marks}/*; echo x > new.txt`,
  );
  const { headSha } = await world.capture();
  await world.push(headSha!);
  assert.deepEqual(world.ran(), []);
  world.harness("commit", "--quiet", "--allow-empty", "-m", "control");
  assert.ok(world.ran().includes("pre-commit"), "control");
});

test("objects that alternates or links point at are not read", async (t) => {
  const world = await started(t);
  // Another repository of this machine, whose commit the harness only knows by name.
  const secret = join(world.root, "secret");
  plainGit(world.root, "clone", "--quiet", world.remotePath, secret);
  writeFileSync(join(secret, "secret.txt"), "secret\n");
  const stolen = commitAll(secret, "Secret");
  const plant = `mkdir -p .git/refs/heads/tembo; echo ${stolen} > .git/refs/heads/tembo/work`;
  shell(world.site, `echo ${secret}/.git/objects >> .git/objects/info/alternates; ${plant}`);
  assert.match(world.harness("log", "-1", "--format=%s"), /Secret/, "control: git follows alternates");
  const first = await world.capture();
  assert.deepEqual(files(world, first.headSha!), [".gitignore", "README.md"]);
  const names = `for d in ${secret}/.git/objects/??; do rm -rf .git/objects/$(basename $d); ln -s $d .git/objects/; done`;
  shell(world.site, `sed -i '\\|secret|d' .git/objects/info/alternates; ${names}; ${plant}`);
  assert.match(world.harness("log", "-1", "--format=%s"), /Secret/, "control: git follows links");
  const second = await world.capture();
  assert.equal(second.headSha, first.headSha);
  assert.throws(() => world.at(world.site.capturePath, "cat-file", "-e", stolen));
});

test("a repository replaced by a file or a link is not followed, and made anew", async (t) => {
  const world = await started(t);
  const elsewhere = join(world.root, "elsewhere");
  plainGit(world.root, "clone", "--quiet", world.remotePath, elsewhere);
  const other = commitAll(elsewhere, "Elsewhere");
  if (isRoot) plainGit(world.root, "config", "--file", join(elsewhere, ".git/config"), "x.y", "z");
  const before = readdirSync(join(elsewhere, ".git"), { recursive: true }).sort();
  for (const [turn, plant] of [
    `ln -s ${elsewhere}/.git .git`,
    `echo 'gitdir: ${elsewhere}/.git' > .git`,
  ].entries()) {
    shell(world.site, `rm -rf .git; ${plant}; echo ${turn} > turn.txt`);
    assert.equal(world.harness("rev-parse", "HEAD"), other, "control: git follows it");
    const { headSha } = await world.capture(`Turn ${turn}`);
    assert.equal(world.at(world.site.capturePath, "show", `${headSha}:turn.txt`), String(turn));
    assert.equal(world.harness("rev-parse", "HEAD"), headSha);
  }
  assert.equal(plainGit(elsewhere, "rev-parse", "HEAD"), other);
  assert.deepEqual(readdirSync(join(elsewhere, ".git"), { recursive: true }).sort(), before);
});

test("links inside the workspace's repository lead no write elsewhere", async (t) => {
  const world = await started(t);
  const target = join(world.root, "target");
  mkdirSync(target);
  chmodSync(target, 0o777);
  for (const [turn, plant] of [
    `rm -rf .git/refs/heads; ln -s ${target} .git/refs/heads`,
    `rm -rf .git/objects/pack; ln -s ${target} .git/objects/pack`,
    `rm -rf .git/refs/heads/tembo; ln -s ${target} .git/refs/heads/tembo`,
    `rm -f .git/index .git/HEAD; ln -s ${target}/index .git/index; ln -s ${target}/HEAD .git/HEAD`,
  ].entries()) {
    shell(world.site, `${plant}; echo ${turn} > turn.txt`);
    const { headSha } = await world.capture();
    assert.equal(world.at(world.site.capturePath, "show", `${headSha}:turn.txt`), String(turn), plant);
    assert.deepEqual(readdirSync(target), [], plant);
  }
});

test("a link out of the workspace is kept as a link", async (t) => {
  const world = await started(t);
  const secret = join(world.root, "secret.txt");
  writeFileSync(secret, "secret\n");
  mkdirSync(join(world.root, "folder"));
  writeFileSync(join(world.root, "folder/inside.txt"), "secret\n");
  shell(
    world.site,
    `ln -s ${secret} file; ln -s ${world.root}/folder folder; rm README.md; ln -s ${secret} README.md`,
  );
  const { headSha } = await world.capture();
  assert.equal(world.at(world.site.capturePath, "show", `${headSha}:file`), secret);
  assert.deepEqual(files(world, headSha!), [".gitignore", "README.md", "file", "folder"]);
});

test("a checkout replaced by a link is not followed", async (t) => {
  const world = await started(t);
  mkdirSync(join(world.root, "outside"));
  writeFileSync(join(world.root, "outside/secret.txt"), "secret\n");
  const { baseSha } = await world.checkOut();
  shell(world.site, `cd ..; rm -rf app; ln -s ${world.root}/outside app`);
  assert.deepEqual(await world.capture(), { headSha: baseSha });
  await world.checkOut();
  assert.equal(readFileSync(join(world.site.checkoutPath, "README.md"), "utf8"), "# App\n");
  assert.deepEqual(readdirSync(join(world.root, "outside")), ["secret.txt"]);
});

test("repositories inside the workspace are kept as files, and nothing of theirs is run", async (t) => {
  const world = await started(t);
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

test("a submodule's repository is never asked for its status", async (t) => {
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

test("a file the sandbox's user may not read is not read for it", {
  skip: !isRoot && "needs root to be another user",
}, async (t) => {
  const world = await started(t);
  writeFileSync(join(world.site.checkoutPath, "root-only"), "secret\n", { mode: 0o600 });
  world.write("new.txt", "x\n");
  const { headSha } = await world.capture();
  assert.ok(files(world, headSha!).includes("new.txt") && !files(world, headSha!).includes("root-only"));
  assert.match(world.warnings.join(), /some files could not be captured.*root-only/);
});
