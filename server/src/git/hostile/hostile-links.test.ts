import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { commitAll, exists, isRoot, plainGit, shell } from "../git-fixture.ts";
import { files, startHostile } from "./hostile-fixture.ts";

test("recreates a repository replaced by a file or a link, without following the replacement", async (t) => {
  const world = await startHostile(t);
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
    assert.equal(world.harness("rev-parse", "HEAD"), other, "control: git follows the replaced repository");
    const { headSha } = await world.capture(`Turn ${turn}`);
    assert.equal(world.at(world.site.capturePath, "show", `${headSha}:turn.txt`), String(turn));
    assert.equal(world.harness("rev-parse", "HEAD"), headSha);
  }
  assert.equal(plainGit(elsewhere, "rev-parse", "HEAD"), other);
  assert.deepEqual(readdirSync(join(elsewhere, ".git"), { recursive: true }).sort(), before);
});

test("recreates a broken repository and removes leftovers of a merge although programs made them read-only", async (t) => {
  const world = await startHostile(t);
  const closed =
    "mkdir -p .git/rebase-merge/in; touch .git/rebase-merge/in/file; chmod -R a-w .git/rebase-merge";
  for (const [turn, plant] of [closed, "rm -rf .git/refs; chmod -R a-w .git"].entries()) {
    shell(world.site, `${plant}; echo ${turn} > turn.txt`);
    const { headSha } = await world.capture(`Turn ${turn}`);
    assert.equal(world.harness("rev-parse", "HEAD"), headSha, plant);
    assert.equal(exists(join(world.site.checkoutPath, ".git/rebase-merge")), false, plant);
    assert.doesNotMatch(world.warnings.join(), /could not be moved/, plant);
  }
});

test("links inside the workspace's repository do not redirect writes", async (t) => {
  const world = await startHostile(t);
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

test("captures a link out of the workspace as a link", async (t) => {
  const world = await startHostile(t);
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

test("does not follow a link that replaced the checkout", async (t) => {
  const world = await startHostile(t);
  mkdirSync(join(world.root, "outside"));
  writeFileSync(join(world.root, "outside/secret.txt"), "secret\n");
  const { baseSha } = await world.checkOut();
  shell(world.site, `cd ..; rm -rf app; ln -s ${world.root}/outside app`);
  assert.deepEqual(await world.capture(), { headSha: baseSha, notices: [] });
  await world.checkOut();
  assert.equal(readFileSync(join(world.site.checkoutPath, "README.md"), "utf8"), "# App\n");
  assert.deepEqual(readdirSync(join(world.root, "outside")), ["secret.txt"]);
});

test("does not capture a file that the sandbox's user cannot read", {
  skip: !isRoot && "needs root to run as another user",
}, async (t) => {
  const world = await startHostile(t);
  writeFileSync(join(world.site.checkoutPath, "root-only"), "secret\n", { mode: 0o600 });
  world.write("new.txt", "x\n");
  const { headSha } = await world.capture();
  assert.ok(files(world, headSha!).includes("new.txt") && !files(world, headSha!).includes("root-only"));
  assert.match(world.warnings.join(), /some files could not be captured.*root-only/);
});

test("recreates a missing repository, or one replaced by pipes, devices or loops, without blocking", async (t) => {
  const world = await startHostile(t);
  for (const [turn, plant] of [
    "mkfifo .git",
    "mkdir .git; mkfifo .git/HEAD .git/config .git/packed-refs; mkdir .git/objects .git/refs",
    "mkdir .git; mkdir -p .git/objects/pack .git/refs/heads/tembo; mkfifo .git/HEAD .git/index .git/refs/heads/tembo/work",
    "ln -s /dev/zero .git",
    "mkdir .git; ln -s /dev/zero .git/HEAD; mkdir -p .git/objects/pack .git/refs/heads; ln -s /dev/zero .git/packed-refs",
    "mkdir -p .git/objects/pack .git/refs/heads; truncate -s 1T .git/HEAD .git/index .git/refs/heads/x",
    "ln -s .git .git",
    "true",
  ].entries()) {
    shell(world.site, `rm -rf .git; ${plant}; echo ${turn} > turn.txt`);
    const { headSha } = await world.capture(`Turn ${turn}`);
    assert.equal(world.at(world.site.capturePath, "show", `${headSha}:turn.txt`), String(turn), plant);
    assert.equal(world.harness("rev-parse", "HEAD"), headSha, plant);
  }
});

test("captures links to files and folders of the host as links", async (t) => {
  const world = await startHostile(t);
  shell(
    world.site,
    "ln -s /etc/shadow shadow; ln -s /proc/self/environ env; ln -s / root; ln -s ../../.. up; ln -s .git/config own",
  );
  const { headSha } = await world.capture();
  const tree = world.at(world.site.capturePath, "ls-tree", "-r", headSha!).split("\n");
  for (const name of ["shadow", "env", "root", "up", "own"])
    assert.ok(
      tree.some((line) => line.startsWith("120000") && line.endsWith(`\t${name}`)),
      name,
    );
  assert.equal(world.at(world.site.capturePath, "show", `${headSha}:shadow`), "/etc/shadow");
});
