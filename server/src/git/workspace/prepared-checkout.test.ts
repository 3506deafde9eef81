import assert from "node:assert/strict";
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  commitAll,
  failsWith,
  makeWorld,
  makeWorldWithCheckout,
  plainGit,
  read,
  shell,
  signal,
} from "../git-fixture.ts";

const publicUrl = "https://tembo.example/git/acme/app.git";
const branch = "tembo/work";

async function prepared(t: TestContext) {
  const world = makeWorld(t);
  await world.fetch();
  const { site, git } = world;
  const { baseSha } = (await git.prepareCheckout({ site, publicUrl, baseBranch: "main" }, signal))!;
  const name = (change: { branch?: string } = {}) =>
    git.nameCheckout({ site, publicUrl, branch, baseBranch: "main", baseSha, ...change }, signal);
  return { ...world, baseSha, name };
}

test("a named checkout equals a checkout that was created with its branch", async (t) => {
  const [one, other] = [await prepared(t), makeWorld(t)];
  assert.equal(one.harness("rev-parse", "HEAD"), one.baseSha);
  assert.equal(one.harness("branch", "--show-current"), "", "no branch has a name yet");
  assert.deepEqual(await one.name(), {});
  await other.fetch();
  const created = await other.checkOut();
  assertSameState(one, other);
  assert.deepEqual(await one.checkOut(), { baseSha: one.baseSha, headSha: one.baseSha, isNew: false });
  assert.deepEqual(
    { ...created, isNew: false },
    { baseSha: created.baseSha, headSha: created.headSha, isNew: false },
  );
  one.write("new.txt", "new\n");
  const { headSha } = await one.capture();
  assert.equal((await one.push(headSha!)).outcome, "pushed");
});

test("a named checkout from an environment equals one that was created with its branch", async (t) => {
  const environmentOf = async (name: string) => {
    const world = await makeWorldWithCheckout(t);
    const built = world.harness("rev-parse", "HEAD");
    shell(
      world.site,
      `echo built > "out put.txt"; git config core.fsmonitor false; git branch ${name}; echo x > README.md`,
    );
    commitAll(world.person, "Later");
    plainGit(world.person, "push", "--quiet", "origin", "main");
    world.makeEnvironment();
    rmSync(world.site.capturePath, { recursive: true });
    await world.fetch();
    return { world, built };
  };
  const [{ world, built }, { world: other }] = [await environmentOf("one"), await environmentOf("other")];
  const { site, git, environmentPath: path } = world;
  const common = { site, publicUrl, baseBranch: "main" };
  const prepared = await git.prepareCheckout(
    { ...common, environment: { path, key: "preparation" } },
    signal,
  );
  assert.equal(prepared?.environmentSha, built);
  assert.equal(prepared.hasForeignSubmodules, false);
  assert.ok(!existsSync(site.capturePath));
  assert.equal(world.harness("branch", "--show-current"), "");
  assert.equal(world.harness("status", "--porcelain"), "", "git ignores what the environment brought");
  const named = { ...common, branch: "tembo/other", baseSha: prepared.baseSha };
  const environment = { path, key: "turn" };
  assert.deepEqual(await git.nameCheckout({ ...named, environment }, signal), { environmentSha: built });
  const created = await other.checkOutEnvironment();
  assertSameState(world, other);
  const exclude = (folder: string) => read(join(folder, "info/exclude"));
  assert.equal(exclude(site.capturePath), exclude(other.site.capturePath));
  assert.match(exclude(site.capturePath), /out/);
  assert.deepEqual(
    await world.checkOutEnvironment(),
    { ...created, baseSha: prepared.baseSha, headSha: prepared.baseSha, environmentSha: built },
    "the turn that named the checkout may repeat its step",
  );
  shell(site, "echo agent > added.txt");
  const { headSha } = await world.capture("Work", "tembo/other");
  assert.equal(world.at(site.capturePath, "diff", "--name-only", prepared.baseSha, headSha!), "added.txt");
});

test("reports submodules of a checkout from an environment, where the build may have placed a repository", async (t) => {
  const found = async (isFromEnvironment: boolean) => {
    const world = await makeWorldWithCheckout(t);
    plainGit(
      world.person,
      ...["update-index", "--add", "--cacheinfo", `160000,${world.harness("rev-parse", "HEAD")},sub`],
    );
    plainGit(world.person, "commit", "--quiet", "-m", "Add a submodule");
    plainGit(world.person, "push", "--quiet", "origin", "main");
    if (isFromEnvironment) world.makeEnvironment();
    else rmSync(world.site.checkoutPath, { recursive: true });
    await world.fetch();
    const environment = { path: world.environmentPath, key: "preparation" };
    const input = { site: world.site, publicUrl, baseBranch: "main", environment };
    return (await world.git.prepareCheckout(input, signal))?.hasForeignSubmodules;
  };
  assert.equal(await found(true), true);
  assert.equal(await found(false), undefined, "control: a new checkout has an empty folder");
});

test("does not create the branch if the base branch has moved or the branch exists on the forge", async (t) => {
  const moved = await prepared(t);
  commitAll(moved.person, "Later");
  moved.at(moved.remotePath, "fetch", "--quiet", moved.person, "+HEAD:refs/heads/main");
  assert.deepEqual(await moved.name(), {}, "control: the mirror still has the prepared commit");

  const world = await prepared(t);
  assert.equal(await world.name({ branch: "main" }), null, "the branch exists");
  commitAll(world.person, "Later");
  world.at(world.remotePath, "fetch", "--quiet", world.person, "+HEAD:refs/heads/main");
  await world.fetch();
  assert.equal(await world.name(), null);
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

type Checkout = Pick<ReturnType<typeof makeWorld>, "harness">;

/** Fails unless two checkouts have the same branches, configuration, index and status. */
function assertSameState(one: Checkout, other: Checkout): void {
  for (const command of [
    ["symbolic-ref", "HEAD"],
    ["status", "--porcelain"],
    ["for-each-ref", "--format=%(refname)"],
    ["config", "--list", "--local"],
    ["ls-files", "--stage"],
  ])
    assert.equal(one.harness(...command), other.harness(...command), command.join(" "));
}
