import assert from "node:assert/strict";
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { commitAll, failsWith, makeWorld, read, signal } from "../git-fixture.ts";

const publicUrl = "https://tembo.example/git/acme/app.git";
const branch = "tembo/work";

async function prepared(t: TestContext) {
  const world = makeWorld(t);
  await world.fetch();
  const { site, git } = world;
  const baseSha = await git.prepareCheckout({ site, publicUrl, baseBranch: "main" }, signal);
  assert.ok(baseSha !== null);
  const name = (change: { branch?: string } = {}) =>
    git.nameCheckout({ site, publicUrl, branch, baseBranch: "main", baseSha, ...change }, signal);
  return { ...world, baseSha, name };
}

test("a named checkout equals a checkout that was created with its branch", async (t) => {
  const [one, other] = [await prepared(t), makeWorld(t)];
  assert.equal(one.harness("rev-parse", "HEAD"), one.baseSha);
  assert.equal(one.harness("branch", "--show-current"), "", "no branch has a name yet");
  assert.equal(await one.name(), true);
  await other.fetch();
  const created = await other.checkOut();
  for (const command of [
    ["symbolic-ref", "HEAD"],
    ["status", "--porcelain"],
    ["for-each-ref", "--format=%(refname)"],
    ["config", "--list", "--local"],
    ["ls-files", "--stage"],
  ])
    assert.equal(one.harness(...command), other.harness(...command), command.join(" "));
  assert.deepEqual(await one.checkOut(), { baseSha: one.baseSha, headSha: one.baseSha, isNew: false });
  assert.deepEqual(
    { ...created, isNew: false },
    { baseSha: created.baseSha, headSha: created.headSha, isNew: false },
  );
  one.write("new.txt", "new\n");
  const { headSha } = await one.capture();
  assert.equal((await one.push(headSha!)).outcome, "pushed");
});

test("does not create the branch if the base branch has moved or the branch exists on the forge", async (t) => {
  const moved = await prepared(t);
  commitAll(moved.person, "Later");
  moved.at(moved.remotePath, "fetch", "--quiet", moved.person, "+HEAD:refs/heads/main");
  assert.equal(await moved.name(), true, "control: the mirror still has the prepared commit");

  const world = await prepared(t);
  assert.equal(await world.name({ branch: "main" }), false, "the branch exists");
  commitAll(world.person, "Later");
  world.at(world.remotePath, "fetch", "--quiet", world.person, "+HEAD:refs/heads/main");
  await world.fetch();
  assert.equal(await world.name(), false);
  assert.equal(world.harness("branch", "--show-current"), "", "nothing changed");
  assert.ok(!existsSync(world.site.capturePath));
});

test("prepares nothing for an empty repository", async (t) => {
  const { git, site, fetch } = makeWorld(t, { isEmpty: true });
  await fetch();
  assert.equal(await git.prepareCheckout({ site, publicUrl, baseBranch: "main" }, signal), null);
  assert.ok(!existsSync(site.checkoutPath));
});

test("writes through no link that a program in the sandbox has placed", async (t) => {
  const world = await prepared(t);
  const target = join(world.root, "target");
  mkdirSync(target);
  rmSync(join(world.site.checkoutPath, ".git/refs/heads"), { recursive: true });
  symlinkSync(target, join(world.site.checkoutPath, ".git/refs/heads"));
  await assert.rejects(world.name(), failsWith("git_failed", /no longer a repository/));
  assert.ok(!existsSync(join(target, "tembo/work")));
  assert.match(read(join(world.site.checkoutPath, ".git/HEAD")), /^[0-9a-f]{40}\n$/);
});
